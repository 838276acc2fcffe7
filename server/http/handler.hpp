#pragma once

// What a route runs. A handler is called on the I/O thread of its connection and answers either at once or
// later: what may block returns a Deferred, which hands the work to a pool and answers when it is done.
//
//     handler(request) ──► Response                       sent at once
//                     └──► Deferred ──► done(Response)    sent when called, or 503 after the route's deadline

#include <functional>
#include <variant>

#include "http/request.hpp"
#include "http/response.hpp"

namespace fieldsync::server::http {

/// Gives the answer, from any thread. The first call counts, later ones do nothing; so does a call after the
/// deadline or after the connection has gone. Not to be called once the executor (io_context) is destroyed.
using Done = std::function<void(Response)>;

/// Called once, on the connection's strand, after the handler has returned. Must own all it uses: the request
/// may be gone before the work is (deadline), so copy or move from it. May throw: answered as 500.
using Deferred = std::function<void(Done)>;

using Answer = std::variant<Response, Deferred>;

/// May take `const Request&`; taking `Request&` lets it move the body out. May throw: answered as 500, logged
/// with the request id. Called from several threads at a time.
using Handler = std::function<Answer(Request&)>;

/// Renders an error in a surface's envelope. Statuses: 400, 404, 405, 413, 415, 417, 426, 500, 503.
using ErrorRenderer = std::function<Response(unsigned status, std::string_view message)>;

}  // namespace fieldsync::server::http
