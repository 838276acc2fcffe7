#pragma once

// Takes a request target ("/api/leads/a%20b?page=2") apart. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace fieldsync::server::http {

struct Target {
    std::string path;
    std::vector<std::string> segments;
    Fields query;
};

/// Origin form, absolute form ("http://host/path") and "*" (no segments). Nothing when it is malformed: a
/// broken or missing escape, a control character or invalid UTF-8 once decoded, a "." or ".." segment, a '#'.
std::optional<Target> parse_target(std::string_view target);

/// Split at '/' as in Request::segments, nothing decoded. "/" is {""}.
std::vector<std::string> split_path(std::string_view path);

}  // namespace fieldsync::server::http
