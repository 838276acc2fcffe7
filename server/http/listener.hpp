#pragma once

// Accepts connections of one address and spawns a session for each. One coroutine on its own strand; shared
// by the server and its coroutine.

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "http/context.hpp"

namespace fieldsync::server::http {

class Listener final : public Task, public std::enable_shared_from_this<Listener> {
  public:
    Listener(const asio::any_io_executor& executor, std::shared_ptr<Context> context);

    /// Binds and listens; port 0 takes a free one. Returns the port. Throws std::runtime_error that names the
    /// address and the reason.
    std::uint16_t open(const std::string& address, std::uint16_t port);

    static asio::awaitable<void> run(std::shared_ptr<Listener> self);

    const asio::any_io_executor& strand() const { return strand_; }

    /// Both: no further connections; those that are open stay.
    void drain() override;
    void abort() override { drain(); }

  private:
    void serve(tcp::socket socket);

    const asio::any_io_executor executor_;
    const asio::any_io_executor strand_;
    const std::shared_ptr<Context> context_;
    tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    bool stopped_ = false;
};

}  // namespace fieldsync::server::http
