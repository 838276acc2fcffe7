#include "running_server.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <utility>

namespace fieldsync::server::http::testing {

struct RunningServer::Threads {
    boost::asio::io_context context;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
    std::vector<std::thread> threads;

    Threads() {
        for (int i = 0; i < 2; ++i) threads.emplace_back([this] { context.run(); });
    }
    ~Threads() {
        work.reset();
        for (std::thread& thread : threads) thread.join();
    }
};

RunningServer::RunningServer(Router router, Config config) : threads_(std::make_unique<Threads>()) {
    Hooks hooks;
    hooks.now_us = [] {
        return std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    };
    hooks.new_request_id = [n = std::make_shared<std::atomic<int>>(0)] {
        return "made-" + std::to_string(++*n);
    };
    hooks.access = [this](const AccessEntry& entry) {
        const std::lock_guard lock(mutex_);
        log_.push_back(entry);
        logged_.notify_all();
    };
    server_ = std::make_unique<HttpServer>(threads_->context.get_executor(), std::move(router),
                                           std::move(config), std::move(hooks));
    port_ = server_->start("127.0.0.1", 0);
}

RunningServer::~RunningServer() {
    EXPECT_TRUE(comes(drain(0)));
    EXPECT_EQ(server_->connections(), 0u);
}

std::future<void> RunningServer::drain(std::int64_t deadline_ms) {
    auto drained = std::make_shared<std::promise<void>>();
    server_->drain(deadline_ms, [drained] { drained->set_value(); });
    return drained->get_future();
}

std::vector<AccessEntry> RunningServer::log(std::size_t lines) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(logged_.wait_for(lock, patience, [&] { return log_.size() >= lines; }));
    return log_;
}

std::uint16_t RunningServer::listen_on(std::uint16_t port) {
    return server_->start("127.0.0.1", port);
}

}  // namespace fieldsync::server::http::testing
