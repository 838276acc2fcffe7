#include "http/message.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fieldsync::server::http {
namespace {

/// Framing belongs to the connection; a handler that sets one of these would break it.
bool is_reserved(std::string_view name) {
    static constexpr std::array<std::string_view, 5> reserved{"Content-Length", "Transfer-Encoding",
                                                              "Connection", "Keep-Alive", "X-Request-Id"};
    return std::any_of(reserved.begin(), reserved.end(),
                       [name](std::string_view other) { return equals_ignoring_case(name, other); });
}

/// A line break in a value (a file name from a client, say) would start a header of the client's choice.
std::string one_line(const std::string& value) {
    std::string line = value;
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; },
        ' ');
    return line;
}

bool may_have_length(unsigned status) {
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace

Method to_method(wire::verb verb) noexcept {
    switch (verb) {
        case wire::verb::get:
            return Method::get;
        case wire::verb::head:
            return Method::head;
        case wire::verb::post:
            return Method::post;
        case wire::verb::put:
            return Method::put;
        case wire::verb::patch:
            return Method::patch;
        case wire::verb::delete_:
            return Method::delete_;
        case wire::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

std::string client_request_id(const RequestMessage& message, const Limits& limits) {
    const auto value = message["X-Request-Id"];
    const bool fit =
        value.size() <= limits.request_id_chars_max && std::all_of(value.begin(), value.end(), [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                   c == '_' || c == '-';
        });
    return fit ? std::string(value) : std::string();
}

Request to_request(const RequestMessage& message, Target target) {
    Request request;
    request.method = to_method(message.method());
    request.path = std::move(target.path);
    request.segments = std::move(target.segments);
    request.query_parameters = std::move(target.query);
    for (const auto& field : message) {
        request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    return request;
}

ResponseMessage to_message(Response& response, const Framing& framing, const std::string& request_id,
                           const Fields& cors) {
    ResponseMessage message;
    message.version(framing.version);
    message.result(response.status);
    for (const auto& [name, value] : response.headers) {
        if (!is_reserved(name)) message.insert(name, one_line(value));
    }
    for (const auto& [name, value] : cors) message.insert(name, one_line(value));
    message.set("X-Request-Id", request_id);
    if (may_have_length(response.status)) {
        message.content_length(response.body.size());
        if (!framing.head) message.body() = std::move(response.body);
    }
    message.keep_alive(framing.keep_alive);
    return message;
}

}  // namespace fieldsync::server::http
