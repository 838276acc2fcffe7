#pragma once

// From a request that was read to its answer, without any I/O. Runs on the connection's strand. Never throws:
// what a handler throws becomes a 500 in the surface's envelope and a line in the log.

#include "http/router.hpp"

namespace fieldsync::server::http {

/// The handler's answer, or 204 to OPTIONS, 404, 405, 415, 426, 500. Captures go into `request`.
Answer dispatch(const Router& router, const Lookup& lookup, Request& request);

/// Asks a WebSocket route for a peer; 500 when the factory throws.
Upgrade dispatch_upgrade(const Router& router, const Lookup& lookup, Request& request);

/// Starts a deferred answer; a 500 to send when starting it failed.
std::optional<Response> start(const Router& router, const Deferred& deferred, Done done,
                              const Request& request);

}  // namespace fieldsync::server::http
