#pragma once

// Where a connection waits for the answer of a Deferred. Lives on the connection's strand; the Done that it
// hands out may be called, or dropped, on any thread and holds it weakly, so a late answer finds nobody.

#include <atomic>
#include <memory>
#include <optional>

#include "http/handler.hpp"
#include "http/signal.hpp"

namespace fieldsync::server::http {

class PendingAnswer : public std::enable_shared_from_this<PendingAnswer> {
  public:
    explicit PendingAnswer(asio::any_io_executor strand) : strand_(std::move(strand)), signal_(strand_) {}

    Done done();

    /// The answer, or nothing when `deadline_ms` passed first or the wait was abandoned. The caller holds a
    /// shared_ptr to this.
    asio::awaitable<std::optional<Response>> wait(std::int64_t deadline_ms);

    /// Ends the wait. On the strand.
    void abandon() { signal_.raise(); }

  private:
    asio::any_io_executor strand_;
    Signal signal_;
    std::optional<Response> answer_;
    std::atomic<bool> called_{false};
};

}  // namespace fieldsync::server::http
