#include "http/router.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "http/target.hpp"

namespace fieldsync::server::http {
namespace {

std::string json_string(std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') quoted += '\\';
        if (byte < 0x20) {
            quoted += "\\u00";
            quoted += hex[byte >> 4];
            quoted += hex[byte & 0xF];
        } else {
            quoted += c;
        }
    }
    return quoted += '"';
}

Response render_plain(unsigned status, std::string_view message) {
    return Response::json(status, "{\"error\": " + json_string(message) + "}");
}

bool is_capture(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

bool is_wildcard(std::string_view segment) {
    return is_capture(segment) && segment.ends_with("...}");
}

/// "id" of "{id}", "rest" of "{rest...}".
std::string_view capture_name(std::string_view segment) {
    segment.remove_suffix(is_wildcard(segment) ? 4 : 1);
    return segment.substr(1);
}

std::string join_from(const std::vector<std::string>& segments, std::size_t first) {
    std::string joined = segments[first];
    for (std::size_t i = first + 1; i < segments.size(); ++i) (joined += '/') += segments[i];
    return joined;
}

}  // namespace

/// A tree of segments. Routes of one pattern stand at one node, each with its own names for the captures.
struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> capture;
    std::vector<const Route*> routes;
    std::vector<const Route*> wildcard_routes;  ///< one or more further segments

    /// Visits, the most specific first, every list of routes that `segments` leads to, until `visit` is true.
    template <class Visit>
    bool walk(const std::vector<std::string>& segments, std::size_t depth, std::vector<std::string>& captured,
              Visit& visit) const {
        if (depth == segments.size()) return !routes.empty() && visit(routes, captured);
        const std::string& segment = segments[depth];
        if (const auto literal = literals.find(segment); literal != literals.end()) {
            if (literal->second->walk(segments, depth + 1, captured, visit)) return true;
        }
        if (segment.empty()) return false;
        if (capture) {
            captured.push_back(segment);
            if (capture->walk(segments, depth + 1, captured, visit)) return true;
            captured.pop_back();
        }
        if (wildcard_routes.empty()) return false;
        captured.push_back(join_from(segments, depth));
        if (visit(wildcard_routes, captured)) return true;
        captured.pop_back();
        return false;
    }
};

struct Router::MountedSurface {
    std::string prefix;  ///< without its trailing slash
    ErrorRenderer render;
    bool trailing_slash_optional;

    bool covers(std::string_view path) const {
        return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
    }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::surface(Surface surface) {
    for (std::string& prefix : surface.prefixes) {
        if (!prefix.starts_with('/'))
            throw std::invalid_argument("a surface's prefix starts with '/': " + prefix);
        while (prefix.ends_with('/')) prefix.pop_back();
        for (const MountedSurface& other : surfaces_) {
            if (other.prefix == prefix) throw std::invalid_argument("two surfaces at " + prefix + "/");
        }
        surfaces_.push_back({std::move(prefix), surface.render, surface.trailing_slash_optional});
    }
}

const Router::MountedSurface* Router::surface_of(std::string_view path) const {
    const MountedSurface* longest = nullptr;
    for (const MountedSurface& candidate : surfaces_) {
        if (!candidate.covers(path)) continue;
        if (!longest || candidate.prefix.size() > longest->prefix.size()) longest = &candidate;
    }
    return longest;
}

bool Router::trailing_slash_optional(const std::vector<std::string>& segments) const {
    const bool any = std::any_of(surfaces_.begin(), surfaces_.end(),
                                 [](const MountedSurface& s) { return s.trailing_slash_optional; });
    if (!any) return false;
    const MountedSurface* owner = surface_of("/" + join_from(segments, 0));
    return owner && owner->trailing_slash_optional;
}

void Router::route(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
    Route route;
    route.method = method;
    route.pattern = pattern;
    route.handler = std::move(handler);
    route.options = std::move(options);
    insert(std::move(route));
}

void Router::get(std::string_view pattern, Handler handler, RouteOptions options) {
    route(Method::get, pattern, std::move(handler), std::move(options));
}
void Router::post(std::string_view pattern, Handler handler, RouteOptions options) {
    route(Method::post, pattern, std::move(handler), std::move(options));
}
void Router::put(std::string_view pattern, Handler handler, RouteOptions options) {
    route(Method::put, pattern, std::move(handler), std::move(options));
}
void Router::patch(std::string_view pattern, Handler handler, RouteOptions options) {
    route(Method::patch, pattern, std::move(handler), std::move(options));
}
void Router::del(std::string_view pattern, Handler handler, RouteOptions options) {
    route(Method::delete_, pattern, std::move(handler), std::move(options));
}

void Router::websocket(std::string_view pattern, PeerFactory factory, WebSocketLimits limits) {
    Route route;
    route.method = Method::get;
    route.pattern = pattern;
    route.peer_factory = std::move(factory);
    route.websocket_limits = limits;
    insert(std::move(route));
}

void Router::insert(Route route) {
    const std::vector<std::string> segments = split_path(route.pattern);
    if (segments.empty()) throw std::invalid_argument("a pattern starts with '/': " + route.pattern);
    Node* node = root_.get();
    std::vector<const Route*>* place = nullptr;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string& segment = segments[i];
        if (!is_capture(segment)) {
            if (segment.find_first_of("{}") != std::string::npos) {
                throw std::invalid_argument("a capture is a whole segment: " + route.pattern);
            }
            std::unique_ptr<Node>& child = node->literals[segment];
            if (!child) child = std::make_unique<Node>();
            node = child.get();
            continue;
        }
        const std::string_view name = capture_name(segment);
        if (name.empty() || name.find_first_of("{}") != std::string_view::npos) {
            throw std::invalid_argument("a capture has one name: " + route.pattern);
        }
        route.parameter_names.emplace_back(name);
        if (is_wildcard(segment)) {
            if (i + 1 != segments.size())
                throw std::invalid_argument("{x...} ends a pattern: " + route.pattern);
            place = &node->wildcard_routes;
            break;
        }
        if (!node->capture) node->capture = std::make_unique<Node>();
        node = node->capture.get();
    }
    if (!place) place = &node->routes;
    for (const Route* other : *place) {
        if (other->method == route.method) {
            throw std::invalid_argument("two routes for " + std::string(to_string(route.method)) + " " +
                                        route.pattern);
        }
    }
    routes_.push_back(std::make_unique<Route>(std::move(route)));
    place->push_back(routes_.back().get());
}

Lookup Router::find(Method method, const std::vector<std::string>& segments) const {
    Lookup lookup;
    std::vector<std::string> captured;
    const auto visit = [&](const std::vector<const Route*>& candidates, std::vector<std::string>& values) {
        const Route* match = nullptr;
        for (const Route* route : candidates) {
            if (route->method == method) match = route;
            if (!match && method == Method::head && route->method == Method::get) match = route;
            lookup.allow.push_back(route->method);
        }
        if (!match) return false;
        lookup.route = match;
        for (std::size_t i = 0; i < values.size(); ++i) {
            lookup.parameters.emplace_back(match->parameter_names[i], std::move(values[i]));
        }
        return true;
    };
    bool found = root_->walk(segments, 0, captured, visit);
    if (!found && segments.size() > 1 && trailing_slash_optional(segments)) {
        std::vector<std::string> twin = segments;
        if (twin.back().empty()) {
            twin.pop_back();
        } else {
            twin.emplace_back();
        }
        captured.clear();
        found = root_->walk(twin, 0, captured, visit);
    }
    if (found) {
        lookup.outcome = Lookup::Outcome::found;
        lookup.allow.clear();
    } else if (!lookup.allow.empty()) {
        lookup.outcome = Lookup::Outcome::wrong_method;
        const bool has_get =
            std::find(lookup.allow.begin(), lookup.allow.end(), Method::get) != lookup.allow.end();
        if (has_get) lookup.allow.push_back(Method::head);
        lookup.allow.push_back(Method::options);
        std::sort(lookup.allow.begin(), lookup.allow.end());
        lookup.allow.erase(std::unique(lookup.allow.begin(), lookup.allow.end()), lookup.allow.end());
    }
    return lookup;
}

Lookup Router::find(Method method, std::string_view path) const {
    return find(method, split_path(path));
}

Response Router::error(std::string_view path, unsigned status, std::string_view message) const {
    const MountedSurface* owner = surface_of(path);
    if (!owner || !owner->render) return render_plain(status, message);
    try {
        return owner->render(status, message);
    } catch (const std::exception& e) {
        spdlog::error("error renderer of {} failed: {}", owner->prefix, e.what());
        return render_plain(status, message);
    }
}

std::vector<std::pair<Method, std::string>> Router::routes() const {
    std::vector<std::pair<Method, std::string>> all;
    all.reserve(routes_.size());
    for (const auto& route : routes_) all.emplace_back(route->method, route->pattern);
    return all;
}

std::string join(const std::vector<Method>& methods) {
    std::string text;
    for (const Method method : methods) {
        if (!text.empty()) text += ", ";
        text += to_string(method);
    }
    return text;
}

}  // namespace fieldsync::server::http
