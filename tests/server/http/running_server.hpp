#pragma once

// An HttpServer on a free port with two I/O threads, as tests need it, and bounded waits.

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include "http/server.hpp"

namespace fieldsync::server::http::testing {

/// What a test waits at most for something that must happen.
inline constexpr std::chrono::seconds patience(20);

template <class T>
bool comes(const std::future<T>& future) {
    return future.wait_for(patience) == std::future_status::ready;
}

class RunningServer {
  public:
    explicit RunningServer(Router router, Config config = {});
    /// Drains without patience; everything has ended after it.
    ~RunningServer();

    std::uint16_t port() const { return port_; }
    HttpServer& http() { return *server_; }
    std::future<void> drain(std::int64_t deadline_ms);
    /// Waits for the access log to have that many lines.
    std::vector<AccessEntry> log(std::size_t lines);
    std::uint16_t listen_on(std::uint16_t port);

  private:
    struct Threads;

    std::mutex mutex_;
    std::condition_variable logged_;
    std::vector<AccessEntry> log_;
    std::unique_ptr<Threads> threads_;
    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
};

}  // namespace fieldsync::server::http::testing
