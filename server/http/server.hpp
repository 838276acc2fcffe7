#pragma once

// The HTTP server: owns its listeners and, through them, all connections. Several may share one executor (the
// public one and the admin one). All functions from any thread, not concurrently with each other.
//
// The executor's threads are the caller's. Before the executor is destroyed: drain() and wait for `done`, or
// stop its threads; and no other thread may be calling a Done or a WebSocketSender. Holding one is harmless.

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/config.hpp"
#include "http/router.hpp"

namespace fieldsync::server::http {

struct Context;
class Listener;

class HttpServer {
  public:
    /// Throws std::invalid_argument without Hooks::now_us or Hooks::new_request_id.
    HttpServer(boost::asio::any_io_executor executor, Router router, Config config, Hooks hooks);
    /// Tells everything to end at once, and waits for nothing.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Listens on an IP address; port 0 takes a free one. Returns the port. May be called for several
    /// addresses. Throws std::runtime_error ("cannot listen on 127.0.0.1 port 80: Address already in use").
    std::uint16_t start(const std::string& address, std::uint16_t port);

    /// No further connections; those that are open go on.
    void stop_accepting();

    /// Stops accepting, closes idle connections, lets requests that were begun be answered (with Connection:
    /// close), calls shutdown() on WebSocket peers; what is left after `deadline_ms` is cut off. Calls `done`
    /// once on the executor when the last connection is gone.
    void drain(std::int64_t deadline_ms, std::function<void()> done);

    /// Open connections, WebSockets included.
    std::size_t connections() const;

  private:
    const boost::asio::any_io_executor executor_;
    const std::shared_ptr<Context> context_;
    std::vector<std::shared_ptr<Listener>> listeners_;
};

}  // namespace fieldsync::server::http
