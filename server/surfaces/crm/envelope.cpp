#include "surfaces/crm/envelope.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

std::string_view usual_message(unsigned status) {
    switch (status) {
        case 401:
            return "Unauthenticated.";
        case 403:
            return "Forbidden.";
        case 404:
            return "The requested resource was not found.";
        case 422:
            return "Validation failed.";
        case 429:
            return "Too many attempts. Please try again later.";
        case 503:
            return "The server is busy. Please try again later.";
        default:
            return "Server error.";
    }
}

}  // namespace

http::Response render_failure(const Failure& failure) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    json.field("status", false);
    json.field("message",
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

http::Response success(std::string_view message) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    json.field("status", true);
    json.field("message", message);
    json.end_object();
    return http::Response::json(200, std::move(body));
}

void write_pagination(JsonWriter& json, const Page& page, std::int64_t total, std::int64_t shown) {
    json.object("pagination", [&] {
        json.field("total", total);
        json.field("per_page", page.per_page);
        json.field("current_page", page.page);
        json.field("last_page", page.last_page(total));
        if (shown == 0) {
            json.field("from", nullptr);
            json.field("to", nullptr);
        } else {
            json.field("from", page.offset() + 1);
            json.field("to", page.offset() + shown);
        }
    });
}

}  // namespace fieldsync::server::surfaces::crm
