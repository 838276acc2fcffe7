// Devices that stay connected.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "loopback/fleet.hpp"

namespace fieldsync::testing {

// A device syncing live on a thread of its own, and what it says of itself.
class LiveDevice {
  public:
    explicit LiveDevice(TestDevice& device) : device_(device), thread_([this] { run(); }) {}
    ~LiveDevice() { stop(); }

    device::SyncResult stop() {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
        return result_;
    }

    void local_write() { grew_ = true; }

    // Until the condition holds; checked at each sign of life.
    bool wait(const std::function<bool()>& condition,
              std::chrono::milliseconds at_most = std::chrono::seconds(10)) {
        std::unique_lock lock(mutex_);
        const auto deadline = std::chrono::steady_clock::now() + at_most;
        while (!condition())
            if (std::chrono::steady_clock::now() > deadline)
                return false;
            else
                changed_.wait_for(lock, std::chrono::milliseconds(20));
        return true;
    }
    bool wait_until_live() {
        return wait([this] { return live_.load(); });
    }
    bool wait_until_ended() {
        return wait([this] { return ended_.load(); });
    }

  private:
    void run() {
        device::SyncCall call;
        call.server_url = device_.fleet.url();
        call.live = true;
        call.should_stop = [this] { return stopping_.load(); };
        call.outbox_grew = [this] { return grew_.exchange(false); };
        call.on_progress = [this](const device::SyncProgress& progress) {
            live_ = progress.is_live;
            changed_.notify_all();
        };
        result_ = device::sync_over_websocket(device_.engine->session_store(), call);
        ended_ = true;
        changed_.notify_all();
    }

    TestDevice& device_;
    std::atomic<bool> stopping_{false}, live_{false}, grew_{false}, ended_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    device::SyncResult result_;
    std::thread thread_;
};

}  // namespace fieldsync::testing
