#include "surfaces/success_envelope.hpp"

namespace fieldsync::server::surfaces::success_envelope {
namespace {

std::string_view usual_message(unsigned status) {
    switch (status) {
        case 401:
            return "Unauthenticated";
        case 403:
            return "Forbidden";
        case 404:
            return "Not found";
        case 422:
            return "Validation failed";
        case 429:
            return "Too many attempts. Please try again later.";
        case 503:
            return "The server is busy. Please try again later.";
        default:
            return "Server error";
    }
}

}  // namespace

http::Response render_failure(const Failure& failure) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    json.field("success", false);
    json.field("msg",
               failure.message.empty() ? usual_message(failure.status) : std::string_view(failure.message));
    write_errors(json, failure);
    json.end_object();
    return with_status_of(failure, std::move(body));
}

http::Response render_error(unsigned status, std::string_view message) {
    Failure failure{status};
    if (status != 404) failure.message = message;
    return render_failure(failure);
}

void write_pagination(JsonWriter& json, const Page& page, std::int64_t total) {
    json.object("pagination", [&] {
        json.field("current_page", page.page);
        json.field("per_page", page.per_page);
        json.field("total", total);
        json.field("last_page", page.last_page(total));
    });
}

}  // namespace fieldsync::server::surfaces::success_envelope
