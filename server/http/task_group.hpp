#pragma once

// The coroutines of a server: every one is spawned here and nowhere detached, so that shutdown can tell them
// to end and wait until the last has ended. Thread safe. Shared by the server and its coroutines.

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "http/beast.hpp"

namespace fieldsync::server::http {

/// What a coroutine works for: a listener, a connection. Kept alive by its coroutine. Both calls come from
/// any thread, return at once, and may come repeatedly or late.
class Task {
  public:
    virtual ~Task() = default;
    virtual void drain() = 0;  ///< finish what was begun, begin nothing
    virtual void abort() = 0;  ///< end now
};

class TaskGroup : public std::enable_shared_from_this<TaskGroup> {
  public:
    /// Runs `body`, which must keep `task` alive, on `strand`. A group that is draining or aborted passes
    /// that on to the newcomer. What escapes from `body` is logged.
    void spawn(const asio::any_io_executor& strand, std::shared_ptr<Task> task, asio::awaitable<void> body);

    void drain();
    void abort();

    /// Calls `fn` once no task is left: now, or on the thread that ends the last one.
    void when_empty(std::function<void()> fn);

  private:
    enum class State { running, draining, aborted };

    void tell_all(State state);
    void finished(Task* task);

    std::mutex mutex_;
    State state_ = State::running;
    // Weak: the coroutines own their tasks, so that sockets go with the executor that they belong to.
    std::unordered_map<Task*, std::weak_ptr<Task>> tasks_;
    std::vector<std::function<void()>> when_empty_;
};

}  // namespace fieldsync::server::http
