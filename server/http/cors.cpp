#include "http/cors.hpp"

#include <algorithm>
#include <utility>

namespace fieldsync::server::http {

Fields cors_headers(const std::vector<std::string>& origins, const Request& request, std::string allow) {
    Fields headers;
    const auto origin = request.header("Origin");
    if (origins.empty()) return headers;
    headers.emplace_back("Vary", "Origin");
    if (!origin) return headers;
    const bool allowed = std::any_of(origins.begin(), origins.end(), [&](const std::string& candidate) {
        return candidate == "*" || candidate == *origin;
    });
    if (!allowed) return headers;
    // No Allow-Credentials: tokens are sent in headers, never as cookies.
    headers.emplace_back("Access-Control-Allow-Origin", std::string(*origin));
    if (!allow.empty() && request.header("Access-Control-Request-Method")) {
        headers.emplace_back("Access-Control-Allow-Methods", std::move(allow));
        headers.emplace_back("Access-Control-Allow-Headers",
                             "Authorization, Content-Type, Idempotency-Key, X-Request-Id");
        headers.emplace_back("Access-Control-Max-Age", "600");
    } else {
        headers.emplace_back("Access-Control-Expose-Headers",
                             "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
                             "X-Request-Id");
    }
    return headers;
}

}  // namespace fieldsync::server::http
