#include "surfaces/filter.hpp"

namespace fieldsync::server::surfaces {

void Filter::add(std::string_view condition, storage::Parameter value) {
    parameters_.push_back(value);
    conditions_ += " AND ";
    for (const char c : condition) {
        conditions_ += c;
        if (c == '?') conditions_ += std::to_string(parameters_.size());
    }
}

std::string Filter::sql(std::string_view before, std::string_view after) const {
    return std::string(before) + conditions_ + std::string(after);
}

std::string Filter::page_sql(std::string_view before, std::string_view order, std::string_view after) const {
    const std::size_t known = parameters_.size();
    return sql(before) + std::string(order) + " LIMIT ?" + std::to_string(known + 1) + " OFFSET ?" +
           std::to_string(known + 2) + std::string(after);
}

std::vector<storage::Parameter> Filter::parameters(const Page& page) const {
    std::vector<storage::Parameter> all = parameters_;
    all.emplace_back(page.per_page);
    all.emplace_back(page.offset());
    return all;
}

std::string contains_pattern(std::string_view text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return pattern += '%';
}

}  // namespace fieldsync::server::surfaces
