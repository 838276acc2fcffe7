#pragma once

// The headers that let a browser page of a configured origin call the server. Pure; any thread.

#include <string>
#include <vector>

#include "http/request.hpp"

namespace fieldsync::server::http {

/// Headers to add to the answer of `request`; none without an Origin that is in `origins` ("*" takes any).
/// `allow` is the Allow value of the path for a preflight, "" otherwise.
Fields cors_headers(const std::vector<std::string>& origins, const Request& request, std::string allow);

}  // namespace fieldsync::server::http
