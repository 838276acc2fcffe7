#include "surfaces/pagination.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace fieldsync::server::surfaces {
namespace {

void read_number(const http::Request& request, std::string_view name, std::int64_t most, std::int64_t& number,
                 Failure& failure) {
    const auto given = request.query(name);
    if (!given || given->empty()) return;
    const auto refuse = [&](schema::Broken broken, std::int64_t limit) {
        failure.add(name, schema::message_of({std::string(name), broken, limit, {}, 0}));
    };
    std::int64_t value = 0;
    const char* end = given->data() + given->size();
    const auto [stopped, error] = std::from_chars(given->data(), end, value);
    if (error == std::errc::invalid_argument || stopped != end)
        return refuse(schema::Broken::wrong_type, static_cast<std::int64_t>(schema::Type::integer));
    const bool is_too_large = error == std::errc::result_out_of_range && given->front() != '-';
    if (is_too_large || value > most) return refuse(schema::Broken::too_large, most);
    if (value < 1) return refuse(schema::Broken::too_small, 1);
    number = value;
}

}  // namespace

std::int64_t Page::last_page(std::int64_t total) const {
    return std::max<std::int64_t>(1, (total + per_page - 1) / per_page);
}

Result<Page> read_page(const http::Request& request) {
    Page page;
    Failure failure{422};
    read_number(request, "page", kPageMax, page.page, failure);
    read_number(request, "per_page", kPerPageMax, page.per_page, failure);
    if (!failure.errors.empty()) return failure;
    return page;
}

}  // namespace fieldsync::server::surfaces
