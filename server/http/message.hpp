#pragma once

// Between Beast's messages and this room's Request and Response. Pure; any thread.

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

#include "http/beast.hpp"
#include "http/limits.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/target.hpp"

namespace fieldsync::server::http {

using RequestMessage = wire::request<wire::string_body>;
using ResponseMessage = wire::response<wire::string_body>;

Method to_method(wire::verb verb) noexcept;

/// The client's X-Request-Id when it is fit for a log line, else "".
std::string client_request_id(const RequestMessage& message, const Limits& limits);

/// Method, target and headers; no body yet. `target` is what its target was parsed to.
Request to_request(const RequestMessage& message, Target target);

/// How an answer is to be framed.
struct Framing {
    unsigned version = 11;
    bool keep_alive = true;
    bool head = false;  ///< Content-Length of the body, but no body
};

/// Takes the body out of `response`.
ResponseMessage to_message(Response& response, const Framing& framing, const std::string& request_id,
                           const Fields& cors);

}  // namespace fieldsync::server::http
