#pragma once

// What the HTTP server is given: limits, allowed origins, and the outside world (clock, ids, access log).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "http/limits.hpp"

namespace fieldsync::server::http {

struct Config {
    Limits limits;
    /// Origins that browsers may call from ("https://app.example.com"), or "*". None by default.
    std::vector<std::string> cors_origins;
};

/// One line of the access log. A WebSocket has one, when it is upgraded (101).
struct AccessEntry {
    std::string method;  ///< "" when the request could not be read
    std::string path;    ///< decoded, without the query
    std::string route;   ///< the pattern that matched, "" for none: a label with few values, for metrics
    unsigned status = 0;
    std::int64_t duration_us = 0;    ///< from the end of the header to the last byte given to the kernel
    std::size_t request_bytes = 0;   ///< body
    std::size_t response_bytes = 0;  ///< body
    std::string request_id;
    std::string remote_address;
};

/// Called from any I/O thread, several at a time; must not block.
struct Hooks {
    std::function<std::int64_t()> now_us;            ///< monotonic; only differences are used
    std::function<std::string()> new_request_id;     ///< at most 64 chars of [A-Za-z0-9._-]
    std::function<void(const AccessEntry&)> access;  ///< may be empty
};

}  // namespace fieldsync::server::http
