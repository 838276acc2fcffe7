#include "http/response.hpp"

#include <utility>

namespace fieldsync::server::http {

Response::Response(unsigned status_code, std::string body_bytes)
    : status(status_code), body(std::move(body_bytes)) {}

Response Response::json(unsigned status, std::string body) {
    return bytes(status, "application/json", std::move(body));
}

Response Response::text(unsigned status, std::string body) {
    return bytes(status, "text/plain; charset=utf-8", std::move(body));
}

Response Response::bytes(unsigned status, std::string content_type, std::string body) {
    Response response(status, std::move(body));
    response.headers.emplace_back("Content-Type", std::move(content_type));
    return response;
}

Response& Response::set(std::string_view name, std::string value) {
    std::erase_if(headers, [name](const auto& field) { return equals_ignoring_case(field.first, name); });
    return add(name, std::move(value));
}

Response& Response::add(std::string_view name, std::string value) {
    headers.emplace_back(std::string(name), std::move(value));
    return *this;
}

std::optional<std::string_view> Response::header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers) {
        if (equals_ignoring_case(key, name)) return value;
    }
    return std::nullopt;
}

}  // namespace fieldsync::server::http
