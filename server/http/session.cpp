#include "http/session.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <utility>

#include "http/cors.hpp"
#include "http/dispatch.hpp"

namespace fieldsync::server::http {

/// One request and its answer.
struct Session::Exchange {
    Request request;
    Lookup lookup;
    Response response;
    Framing framing;
    Fields cors;
    std::string path;  ///< also when the handler has moved the request away
    std::string request_id;
    std::string_view method;
    std::int64_t started_us = 0;
    std::size_t request_bytes = 0;
    std::optional<Quota::Hold> body_hold;
};

Session::Session(tcp::socket socket, std::string remote_address, std::shared_ptr<Context> context,
                 Quota::Hold place)
    : strand_(socket.get_executor()),
      stream_(std::move(socket)),
      remote_address_(std::move(remote_address)),
      context_(std::move(context)),
      place_(std::move(place)) {
    error_code ignored;
    stream_.socket().non_blocking(true, ignored);
}

asio::awaitable<void> Session::run(std::shared_ptr<Session> self) {
    error_code ignored;
    self->stream_.socket().set_option(tcp::no_delay(true), ignored);
    bool more = co_await self->wait_for_request(true);
    while (more) {
        more = co_await self->serve_request();
        if (more) more = co_await self->wait_for_request(false);
    }
    if (self->websocket_)
        co_await self->websocket_->run();
    else
        self->stream_.close();
    self->place_.reset();
}

asio::awaitable<void> Session::refuse(std::shared_ptr<Session> self) {
    Exchange exchange;
    exchange.request_id = self->context_->hooks.new_request_id();
    exchange.started_us = self->context_->hooks.now_us();
    self->refuse_with(503, "Too many connections", exchange);
    exchange.framing.keep_alive = false;
    co_await self->write(exchange);
    self->stream_.close();
    self->place_.reset();
}

void Session::drain() {
    asio::post(strand_, [self = shared_from_this()] {
        self->draining_ = true;
        if (self->waiting_) self->stream_.close();
        if (self->websocket_) self->websocket_->drain();
    });
}

void Session::abort() {
    asio::post(strand_, [self = shared_from_this()] {
        self->aborted_ = true;
        if (self->pending_) self->pending_->abandon();
        if (self->websocket_) {
            self->websocket_->abort();
        } else {
            self->stream_.close();
        }
    });
}

asio::awaitable<bool> Session::wait_for_request(bool first) {
    constexpr std::size_t read_bytes = 4'096;
    const Limits& limits = context_->config.limits;
    stream_.expires_after(milliseconds(first ? limits.header_ms : limits.idle_ms));
    while (!draining_ && !aborted_) {
        // Some clients send an empty line after a body; it is to be skipped (RFC 9112, 2.2).
        while (buffer_.size() > 0) {
            const char c = *static_cast<const char*>(buffer_.data().data());
            if (c != '\r' && c != '\n') co_return true;
            buffer_.consume(1);
        }
        error_code error;
        waiting_ = true;
        const std::size_t n = co_await stream_.async_read_some(buffer_.prepare(read_bytes), into(error));
        waiting_ = false;
        if (error) co_return false;
        buffer_.commit(n);
    }
    co_return false;
}

asio::awaitable<bool> Session::serve_request() {
    Parser parser;
    Exchange exchange;
    Read read = co_await read_header(parser, exchange);
    if (read == Read::complete) read = co_await read_body(parser, exchange);
    if (read == Read::gone) co_return false;
    if (read == Read::refused) {
        exchange.framing.keep_alive = false;
    } else if (exchange.lookup.route && exchange.lookup.route->peer_factory &&
               beast::websocket::is_upgrade(parser.get())) {
        const bool upgraded = co_await upgrade(parser.get(), exchange);
        if (upgraded) co_return false;
    } else {
        exchange.request_bytes = parser.get().body().size();
        exchange.request.body = std::move(parser.get().body());
        co_await ask_handler(exchange);
    }
    const bool more = co_await write(exchange);
    co_return more;
}

asio::awaitable<Session::Read> Session::read_header(Parser& parser, Exchange& exchange) {
    const Limits& limits = context_->config.limits;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    parser.body_limit(boost::none);  // known once the route is
    stream_.expires_after(milliseconds(limits.header_ms));
    error_code error;
    // Most headers came in one piece: parsing that needs no turn through the strand.
    buffer_.consume(parser.put(buffer_.data(), error));
    if (error == wire::error::need_more)
        co_await wire::async_read_header(stream_, buffer_, parser, into(error));
    exchange.started_us = context_->hooks.now_us();
    co_return error ? unreadable(error, exchange) : begin(parser.get(), exchange);
}

asio::awaitable<Session::Read> Session::read_body(Parser& parser, Exchange& exchange) {
    const Limits& limits = context_->config.limits;
    const Route* route = exchange.lookup.route;
    const std::size_t body_bytes_max =
        route && route->options.body_bytes_max > 0 ? route->options.body_bytes_max : limits.body_bytes_max;
    const Read admitted = admit_body(parser, body_bytes_max, exchange);
    if (admitted != Read::complete || parser.is_done()) co_return admitted;
    parser.body_limit(body_bytes_max);

    const std::size_t expected = parser.content_length() ? *parser.content_length() : body_bytes_max;
    stream_.expires_after(milliseconds(transfer_ms(limits.body_ms, limits.bytes_per_second_min, expected)));
    error_code error;
    if (exchange.framing.version >= 11 && exchange.request.header("Expect")) {
        wire::response<wire::empty_body> interim(wire::status::continue_, exchange.framing.version);
        co_await wire::async_write(stream_, interim, into(error));
        if (error) co_return Read::gone;
    }
    co_await wire::async_read(stream_, buffer_, parser, into(error));
    co_return error ? unreadable(error, exchange) : Read::complete;
}

Session::Read Session::begin(const RequestMessage& message, Exchange& exchange) const {
    exchange.framing.version = message.version();
    exchange.framing.keep_alive = message.keep_alive();
    exchange.request_id = client_request_id(message, context_->config.limits);
    if (exchange.request_id.empty()) exchange.request_id = context_->hooks.new_request_id();
    const auto raw = message.target();
    std::optional<Target> target = parse_target({raw.data(), raw.size()});
    if (!target) return refuse_with(400, "Bad request", exchange);

    exchange.request = to_request(message, std::move(*target));
    exchange.request.request_id = exchange.request_id;
    exchange.request.remote_address = remote_address_;
    const Request& request = exchange.request;
    exchange.path = request.path;
    exchange.method = to_string(request.method);
    exchange.framing.head = request.method == Method::head;
    exchange.lookup = context_->router.find(request.method, request.segments);
    const bool preflight = request.method == Method::options && !exchange.lookup.allow.empty();
    exchange.cors = cors_headers(context_->config.cors_origins, request,
                                 preflight ? join(exchange.lookup.allow) : std::string());
    return Read::complete;
}

/// Decides before the body is read what its length and the Expect header tell. Beast would look at the length
/// only while it reads the header, when the route's limit is not known yet.
Session::Read Session::admit_body(const Parser& parser, std::size_t body_bytes_max,
                                  Exchange& exchange) const {
    const auto expect = exchange.request.header("Expect");
    if (expect && !equals_ignoring_case(*expect, "100-continue")) {
        return refuse_with(417, "Expectation failed", exchange);
    }
    const auto length = parser.content_length();
    if (length && *length > body_bytes_max) return refuse_with(413, "Payload too large", exchange);
    const std::size_t held = length ? *length : parser.chunked() ? body_bytes_max : 0;
    exchange.body_hold = context_->body_bytes.take(held);
    if (!exchange.body_hold) return refuse_with(503, "Service unavailable", exchange);
    return Read::complete;
}

Session::Read Session::unreadable(const error_code& error, Exchange& exchange) const {
    static const auto& http_errors = make_error_code(wire::error::bad_method).category();
    // A timeout too: Beast has closed the socket by then.
    if (error.category() != http_errors || error == wire::error::end_of_stream ||
        error == wire::error::partial_message) {
        return Read::gone;
    }
    if (exchange.request_id.empty()) exchange.request_id = context_->hooks.new_request_id();
    if (error == wire::error::header_limit) {
        return refuse_with(431, "Request header fields too large", exchange);
    }
    if (error == wire::error::body_limit) return refuse_with(413, "Payload too large", exchange);
    return refuse_with(400, "Bad request", exchange);
}

Session::Read Session::refuse_with(unsigned status, std::string_view message, Exchange& exchange) const {
    exchange.response = context_->router.error(exchange.path, status, message);
    if (status == 503) exchange.response.set("Retry-After", "1");
    return Read::refused;
}

asio::awaitable<void> Session::ask_handler(Exchange& exchange) {
    Answer answer = dispatch(context_->router, exchange.lookup, exchange.request);
    if (auto* response = std::get_if<Response>(&answer)) {
        exchange.response = std::move(*response);
    } else {
        co_await wait_for_done(std::get<Deferred>(answer), exchange);
    }
}

asio::awaitable<void> Session::wait_for_done(const Deferred& deferred, Exchange& exchange) {
    const RouteOptions& options = exchange.lookup.route->options;
    const std::int64_t deadline_ms =
        options.deadline_ms > 0 ? options.deadline_ms : context_->config.limits.deadline_ms;
    pending_ = std::make_shared<PendingAnswer>(strand_);
    std::optional<Response> answer = start(context_->router, deferred, pending_->done(), exchange.request);
    if (!answer) answer = co_await pending_->wait(deadline_ms);
    pending_.reset();
    if (answer) {
        exchange.response = std::move(*answer);
    } else if (!aborted_) {
        spdlog::warn("http: {} {} had no answer in {} ms (request {})", exchange.method, exchange.path,
                     deadline_ms, exchange.request_id);
        refuse_with(503, "Service unavailable", exchange);
    }
}

/// True when the connection is a WebSocket from now on, or is over; false when `exchange` has an answer to be
/// written. What a WebSocket says is not for here: it may stay for days, and needs nothing of the request.
asio::awaitable<bool> Session::upgrade(const RequestMessage& message, Exchange& exchange) {
    if (draining_) {
        refuse_with(503, "Service unavailable", exchange);
        co_return false;
    }
    if (buffer_.size() > 0) {  // frames before our 101: no WebSocket client does that
        refuse_with(400, "Bad request", exchange);
        exchange.framing.keep_alive = false;
        co_return false;
    }
    Upgrade outcome = dispatch_upgrade(context_->router, exchange.lookup, exchange.request);
    if (auto* refusal = std::get_if<Response>(&outcome)) {
        exchange.response = std::move(*refusal);
        co_return false;
    }
    auto peer = std::get<std::shared_ptr<WebSocketPeer>>(std::move(outcome));
    websocket_ = std::make_shared<WebSocketConnection>(
        std::move(stream_), exchange.lookup.route->websocket_limits, std::move(peer));
    const bool accepted = co_await websocket_->accept(message, exchange.request_id);
    if (accepted) {
        log(exchange, 101, 0);
        buffer_.clear();
        buffer_.shrink_to_fit();
    }
    co_return true;
}

/// True when the connection stays open for another request.
asio::awaitable<bool> Session::write(Exchange& exchange) {
    if (aborted_) co_return false;
    const Limits& limits = context_->config.limits;
    if (exchange.response.status < 200 || exchange.response.status > 599) {
        spdlog::error("http: {} {} answered with status {}", exchange.method, exchange.path,
                      exchange.response.status);
        exchange.response = context_->router.error(exchange.path, 500, "Server error");
    }
    exchange.framing.keep_alive = exchange.framing.keep_alive && !draining_;
    const unsigned status = exchange.response.status;
    const std::size_t body_bytes = exchange.framing.head ? 0 : exchange.response.body.size();
    ResponseMessage message =
        to_message(exchange.response, exchange.framing, exchange.request_id, exchange.cors);
    exchange.body_hold.reset();
    wire::response_serializer<wire::string_body> serializer(message);
    error_code error;
    // Likewise what the socket takes at once; the rest has its time.
    wire::write(stream_.socket(), serializer, error);
    if (error == asio::error::would_block) {
        stream_.expires_after(
            milliseconds(transfer_ms(limits.write_ms, limits.bytes_per_second_min, body_bytes)));
        co_await wire::async_write(stream_, serializer, into(error));
    }
    log(exchange, status, body_bytes);
    if (error || aborted_) co_return false;
    if (!exchange.framing.keep_alive) co_await linger();
    co_return exchange.framing.keep_alive;
}

asio::awaitable<void> Session::linger() {
    constexpr std::size_t read_bytes = 16'384;
    const Limits& limits = context_->config.limits;
    error_code error;
    stream_.socket().shutdown(tcp::socket::shutdown_send, error);
    stream_.expires_after(milliseconds(limits.linger_ms));
    buffer_.clear();
    for (std::size_t discarded = 0; !error && discarded < limits.linger_bytes_max;) {
        discarded += co_await stream_.async_read_some(buffer_.prepare(read_bytes), into(error));
    }
}

void Session::log(const Exchange& exchange, unsigned status, std::size_t response_bytes) const {
    if (!context_->hooks.access) return;
    AccessEntry entry;
    entry.method = exchange.method;
    entry.path = exchange.path;
    if (exchange.lookup.route) entry.route = exchange.lookup.route->pattern;
    entry.status = status;
    entry.duration_us = context_->hooks.now_us() - exchange.started_us;
    entry.request_bytes = exchange.request_bytes;
    entry.response_bytes = response_bytes;
    entry.request_id = exchange.request_id;
    entry.remote_address = remote_address_;
    context_->hooks.access(entry);
}

}  // namespace fieldsync::server::http
