#pragma once

// A request as handlers see it: plain values, no Beast. Owned by the connection that read it and valid until
// its answer is sent or its deadline has passed; what works on later (a Deferred) takes copies or moves.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fieldsync::server::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

/// "GET", "DELETE" …; `other` is "OTHER".
std::string_view to_string(Method method) noexcept;

/// Names and values in the order they came; names may repeat.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// ASCII case-insensitive, as header names compare.
bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

struct Request {
    Method method = Method::get;
    /// Percent-decoded, without the query: "/api/leads/17". For logs and surfaces; the router uses
    /// `segments`.
    std::string path;
    /// The path split at '/', each part decoded after the split ("%2F" stays inside its part). "/a/" is {"a",
    /// ""}.
    std::vector<std::string> segments;
    Fields query_parameters;  ///< decoded, '+' is a space
    Fields headers;
    std::string body;
    std::string remote_address;  ///< "192.0.2.7" or "2001:db8::1"; no port
    std::string request_id;
    Fields path_parameters;  ///< captured by the router

    /// First value of a query parameter; "" when it is given without a value.
    std::optional<std::string_view> query(std::string_view name) const noexcept;
    /// First value of a header; the name's case does not matter.
    std::optional<std::string_view> header(std::string_view name) const noexcept;
    /// A segment captured by the route's pattern; "" when the pattern has no such name.
    std::string_view param(std::string_view name) const noexcept;
};

}  // namespace fieldsync::server::http
