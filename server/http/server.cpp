#include "http/server.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <stdexcept>
#include <utility>

#include "http/context.hpp"
#include "http/listener.hpp"

namespace fieldsync::server::http {

HttpServer::HttpServer(boost::asio::any_io_executor executor, Router router, Config config, Hooks hooks)
    : executor_(std::move(executor)),
      context_(std::make_shared<Context>(std::move(router), std::move(config), std::move(hooks))) {
    if (!context_->hooks.now_us || !context_->hooks.new_request_id) {
        throw std::invalid_argument("the HTTP server needs a clock and a source of request ids");
    }
}

HttpServer::~HttpServer() {
    context_->tasks->abort();
}

std::uint16_t HttpServer::start(const std::string& address, std::uint16_t port) {
    auto listener = std::make_shared<Listener>(executor_, context_);
    const std::uint16_t bound = listener->open(address, port);
    listeners_.push_back(listener);
    context_->tasks->spawn(listener->strand(), listener, Listener::run(listener));
    return bound;
}

void HttpServer::stop_accepting() {
    for (const auto& listener : listeners_) listener->drain();
}

void HttpServer::drain(std::int64_t deadline_ms, std::function<void()> done) {
    // The timer is touched by two threads only through its strand.
    const asio::any_io_executor strand = asio::make_strand(executor_);
    auto deadline = std::make_shared<asio::steady_timer>(strand);
    deadline->expires_after(milliseconds(deadline_ms));
    deadline->async_wait([deadline, tasks = context_->tasks](error_code error) {
        if (!error) tasks->abort();
    });
    context_->tasks->drain();
    context_->tasks->when_empty([strand, deadline, done = std::move(done)] {
        asio::post(strand, [deadline, done] {
            deadline->cancel();
            done();
        });
    });
}

std::size_t HttpServer::connections() const {
    return context_->connections.used();
}

}  // namespace fieldsync::server::http
