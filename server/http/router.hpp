#pragma once

// Finds the handler of a method and a path, and the surface whose envelope errors of a path are shown in.
// Filled at start by the surfaces, then read only: find() and error() may be called from any thread.
//
// Patterns: "/api/leads/{id}/visits" captures one segment; "/files/{path...}", at the end only, captures one
// or more, joined with '/'. A literal segment wins over a capture, that over a trailing wildcard. Captures
// are never empty.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/handler.hpp"
#include "http/limits.hpp"
#include "http/websocket.hpp"

namespace fieldsync::server::http {

struct RouteOptions {
    std::size_t body_bytes_max = 0;  ///< 0: Limits::body_bytes_max
    std::int64_t deadline_ms = 0;    ///< 0: Limits::deadline_ms
    /// Accepted media types of a body ("application/json"); another one is 415, before the handler runs.
    /// None: the handler decides. A body without Content-Type passes.
    std::vector<std::string> content_types;
};

struct Route {
    Method method = Method::get;
    std::string pattern;
    std::vector<std::string> parameter_names;
    Handler handler;
    RouteOptions options;
    PeerFactory peer_factory;  ///< set: a WebSocket route
    WebSocketLimits websocket_limits;
};

/// Paths under `prefixes` show their errors through `render`. A prefix covers itself and what is below it
/// ("/api/login" covers "/api/login/x", not "/api/logins"); the longest one wins.
struct Surface {
    std::vector<std::string> prefixes;
    ErrorRenderer render;
    bool trailing_slash_optional = false;  ///< "/x/" is then the same as "/x"
};

struct Lookup {
    enum class Outcome : std::uint8_t { found, not_found, wrong_method };
    Outcome outcome = Outcome::not_found;
    const Route* route = nullptr;  ///< found: lives as long as the router
    Fields parameters;             ///< found: captured segments
    std::vector<Method> allow;     ///< wrong_method: sorted; HEAD where there is GET; OPTIONS always
};

class Router {
  public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    /// Throws std::invalid_argument for a prefix without leading '/' or one that is taken.
    void surface(Surface surface);

    /// Throws std::invalid_argument for a malformed pattern or a route that exists. A GET route answers HEAD.
    void route(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});
    void get(std::string_view pattern, Handler handler, RouteOptions options = {});
    void post(std::string_view pattern, Handler handler, RouteOptions options = {});
    void put(std::string_view pattern, Handler handler, RouteOptions options = {});
    void patch(std::string_view pattern, Handler handler, RouteOptions options = {});
    void del(std::string_view pattern, Handler handler, RouteOptions options = {});
    /// A GET route that upgrades; without an upgrade it answers 426.
    void websocket(std::string_view pattern, PeerFactory factory, WebSocketLimits limits = {});

    /// `segments` as in Request; the path as a whole for tests.
    Lookup find(Method method, const std::vector<std::string>& segments) const;
    Lookup find(Method method, std::string_view path) const;

    /// An error in the envelope of the surface that `path` belongs to; outside all: {"error": message}.
    /// Never throws because of a renderer.
    Response error(std::string_view path, unsigned status, std::string_view message) const;

    /// Every route in the order it was added.
    std::vector<std::pair<Method, std::string>> routes() const;

  private:
    struct Node;
    struct MountedSurface;

    void insert(Route route);
    const MountedSurface* surface_of(std::string_view path) const;
    bool trailing_slash_optional(const std::vector<std::string>& segments) const;

    std::unique_ptr<Node> root_;
    std::vector<std::unique_ptr<Route>> routes_;
    std::vector<MountedSurface> surfaces_;
};

/// "GET, HEAD, OPTIONS"
std::string join(const std::vector<Method>& methods);

}  // namespace fieldsync::server::http
