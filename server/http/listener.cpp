#include "http/listener.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "http/session.hpp"

namespace fieldsync::server::http {

Listener::Listener(const asio::any_io_executor& executor, std::shared_ptr<Context> context)
    : executor_(executor),
      strand_(asio::make_strand(executor)),
      context_(std::move(context)),
      acceptor_(strand_),
      retry_(strand_) {}

std::uint16_t Listener::open(const std::string& address, std::uint16_t port) {
    error_code error;
    const asio::ip::address ip = asio::ip::make_address(address, error);
    const tcp::endpoint endpoint(ip, port);
    if (!error) acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(context_->config.limits.accept_backlog, error);
    if (error) {
        throw std::runtime_error("cannot listen on " + address + " port " + std::to_string(port) + ": " +
                                 error.message());
    }
    return acceptor_.local_endpoint().port();
}

asio::awaitable<void> Listener::run(std::shared_ptr<Listener> self) {
    while (!self->stopped_) {
        // A strand of its own for each connection; its socket and all its work run there.
        const asio::any_io_executor strand = asio::make_strand(self->executor_);
        tcp::socket socket(strand);
        error_code error;
        co_await self->acceptor_.async_accept(socket, into(error));
        if (self->stopped_) break;
        if (!error) {
            self->serve(std::move(socket));
        } else if (error != asio::error::connection_aborted) {
            // Out of descriptors or memory: some are freed as connections end.
            spdlog::warn("http: accept failed: {}", error.message());
            self->retry_.expires_after(milliseconds(self->context_->config.limits.accept_retry_ms));
            co_await self->retry_.async_wait(into(error));
        }
    }
    error_code ignored;
    self->acceptor_.close(ignored);
}

void Listener::serve(tcp::socket socket) {
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) return;  // already gone
    std::optional<Quota::Hold> place = context_->connections.take(1);
    const bool room = place.has_value();
    if (!room) place = context_->refusals.take(1);
    if (!place) return;
    auto session = std::make_shared<Session>(std::move(socket), remote.address().to_string(), context_,
                                             std::move(*place));
    context_->tasks->spawn(session->strand(), session,
                           room ? Session::run(session) : Session::refuse(session));
}

void Listener::drain() {
    asio::post(strand_, [self = shared_from_this()] {
        self->stopped_ = true;
        error_code ignored;
        self->acceptor_.close(ignored);
        self->retry_.cancel();
    });
}

}  // namespace fieldsync::server::http
