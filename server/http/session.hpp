#pragma once

// One connection: reads a request, asks the router, writes the answer, until either side has had enough or
// the connection becomes a WebSocket. One coroutine on its own strand; kept alive by it, through the task
// group. Pipelined requests are read one after the other's answer.
//
//     wait for a byte ─► header ─► [100] body ─► handler ─► [wait for Done] ─► write ─┐
//          ▲                └──────► 400, 413, 431 … ─► linger, close                 │
//          └───────────────────────── keep-alive, not draining ──────────────────────┘

#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <string>

#include "http/context.hpp"
#include "http/message.hpp"
#include "http/pending_answer.hpp"
#include "http/websocket_connection.hpp"

namespace fieldsync::server::http {

class Session final : public Task, public std::enable_shared_from_this<Session> {
  public:
    /// `place` is this connection's part of a quota, given back at the end.
    Session(tcp::socket socket, std::string remote_address, std::shared_ptr<Context> context,
            Quota::Hold place);

    static asio::awaitable<void> run(std::shared_ptr<Session> self);
    /// For a connection too many: 503 and close.
    static asio::awaitable<void> refuse(std::shared_ptr<Session> self);

    const asio::any_io_executor& strand() const { return strand_; }

    void drain() override;
    void abort() override;

  private:
    using Parser = wire::request_parser<wire::string_body>;
    struct Exchange;
    enum class Read { complete, refused, gone };

    asio::awaitable<bool> wait_for_request(bool first);
    asio::awaitable<bool> serve_request();
    asio::awaitable<Read> read_header(Parser& parser, Exchange& exchange);
    asio::awaitable<Read> read_body(Parser& parser, Exchange& exchange);
    asio::awaitable<void> ask_handler(Exchange& exchange);
    asio::awaitable<void> wait_for_done(const Deferred& deferred, Exchange& exchange);
    asio::awaitable<bool> upgrade(const RequestMessage& message, Exchange& exchange);
    asio::awaitable<bool> write(Exchange& exchange);
    asio::awaitable<void> linger();

    Read unreadable(const error_code& error, Exchange& exchange) const;
    Read begin(const RequestMessage& message, Exchange& exchange) const;
    Read admit_body(const Parser& parser, std::size_t body_bytes_max, Exchange& exchange) const;
    Read refuse_with(unsigned status, std::string_view message, Exchange& exchange) const;
    void log(const Exchange& exchange, unsigned status, std::size_t response_bytes) const;

    const asio::any_io_executor strand_;
    Stream stream_;  ///< moved from once there is a websocket_
    beast::flat_buffer buffer_;
    const std::string remote_address_;
    const std::shared_ptr<Context> context_;
    std::optional<Quota::Hold> place_;

    // On the strand.
    bool waiting_ = false;  ///< for the first byte of a request: nothing is lost by closing
    bool draining_ = false;
    bool aborted_ = false;
    std::shared_ptr<PendingAnswer> pending_;
    std::shared_ptr<WebSocketConnection> websocket_;
};

}  // namespace fieldsync::server::http
