#pragma once

// One coroutine waits, others on the same strand wake it. A raise before the wait is not lost; several raises
// before it count as one. Not thread safe: post to the strand first.

#include <boost/asio/steady_timer.hpp>

#include "http/beast.hpp"

namespace fieldsync::server::http {

class Signal {
  public:
    explicit Signal(const asio::any_io_executor& strand) : timer_(strand) {}

    void raise() {
        raised_ = true;
        timer_.cancel();
    }

    /// Returns once raised, and lowers it again.
    asio::awaitable<void> wait() {
        timer_.expires_at(asio::steady_timer::time_point::max());
        co_await sleep();
    }

    /// False when `wait_ms` passed first.
    asio::awaitable<bool> wait_for(std::int64_t wait_ms) {
        timer_.expires_after(milliseconds(wait_ms));
        co_return co_await sleep();
    }

  private:
    asio::awaitable<bool> sleep() {
        error_code ignored;
        if (!raised_) co_await timer_.async_wait(into(ignored));
        const bool was_raised = raised_;
        raised_ = false;
        co_return was_raised;
    }

    asio::steady_timer timer_;
    bool raised_ = false;
};

}  // namespace fieldsync::server::http
