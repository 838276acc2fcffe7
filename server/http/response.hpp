#pragma once

// An answer as handlers make it: plain values, no Beast. The connection adds Content-Length, Connection,
// X-Request-Id and the CORS headers, and drops these when a handler sets them.

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace fieldsync::server::http {

struct Response {
    unsigned status = 200;
    Fields headers;
    std::string body;

    Response() = default;
    explicit Response(unsigned status_code, std::string body_bytes = {});

    /// `body` is JSON text already.
    static Response json(unsigned status, std::string body);
    static Response text(unsigned status, std::string body);
    static Response bytes(unsigned status, std::string content_type, std::string body);

    /// Sets a header, replacing every one of that name. Control characters in `value` are sent as spaces.
    Response& set(std::string_view name, std::string value);
    /// Adds a header beside those of the same name.
    Response& add(std::string_view name, std::string value);
    std::optional<std::string_view> header(std::string_view name) const noexcept;
};

}  // namespace fieldsync::server::http
