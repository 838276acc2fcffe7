#include "http/dispatch.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace fieldsync::server::http {
namespace {

/// Runs `call`; an exception becomes the 500 that `Result` is then made of.
template <class Result, class Call>
Result guarded(const Router& router, const Request& request, Call call) {
    // The handler may have moved from the request: keep what the log and the envelope need.
    const std::string path = request.path;
    const std::string id = request.request_id;
    try {
        return call();
    } catch (const std::exception& e) {
        spdlog::error("http: {} {} failed: {} (request {})", to_string(request.method), path, e.what(), id);
    } catch (...) {
        spdlog::error("http: {} {} failed (request {})", to_string(request.method), path, id);
    }
    return router.error(path, 500, "Server error");
}

/// "application/json; charset=utf-8" is of type "application/json".
bool is_of_type(std::string_view content_type, std::string_view media_type) {
    std::string_view name = content_type.substr(0, content_type.find(';'));
    while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
    return equals_ignoring_case(name, media_type);
}

bool has_accepted_type(const RouteOptions& options, const Request& request) {
    const auto content_type = request.header("Content-Type");
    if (options.content_types.empty() || request.body.empty() || !content_type) return true;
    return std::any_of(options.content_types.begin(), options.content_types.end(),
                       [&](const std::string& type) { return is_of_type(*content_type, type); });
}

Response no_route(const Router& router, const Lookup& lookup, const Request& request) {
    const bool known_path = lookup.outcome == Lookup::Outcome::wrong_method;
    if (request.method == Method::options && (known_path || request.path == "*")) {
        Response response(204);
        response.set("Allow",
                     known_path ? join(lookup.allow) : "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        return response;
    }
    if (!known_path) return router.error(request.path, 404, "Not found");
    Response response = router.error(request.path, 405, "Method not allowed");
    response.set("Allow", join(lookup.allow));
    return response;
}

}  // namespace

Answer dispatch(const Router& router, const Lookup& lookup, Request& request) {
    if (lookup.outcome != Lookup::Outcome::found) return no_route(router, lookup, request);
    const Route& route = *lookup.route;
    if (route.peer_factory) {
        Response response = router.error(request.path, 426, "Upgrade required");
        response.set("Upgrade", "websocket");
        return response;
    }
    if (!has_accepted_type(route.options, request)) {
        return router.error(request.path, 415, "Unsupported media type");
    }
    request.path_parameters = lookup.parameters;
    return guarded<Answer>(router, request, [&] { return route.handler(request); });
}

Upgrade dispatch_upgrade(const Router& router, const Lookup& lookup, Request& request) {
    request.path_parameters = lookup.parameters;
    return guarded<Upgrade>(router, request, [&] { return lookup.route->peer_factory(request); });
}

std::optional<Response> start(const Router& router, const Deferred& deferred, Done done,
                              const Request& request) {
    return guarded<std::optional<Response>>(router, request, [&]() -> std::optional<Response> {
        deferred(std::move(done));
        return std::nullopt;
    });
}

}  // namespace fieldsync::server::http
