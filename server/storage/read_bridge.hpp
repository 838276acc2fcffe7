// Where reads run: SQLite's, which never wait, at once in the thread that asks; those of a database that may block
// (PostgreSQL) on threads of their own, so that no I/O thread waits for it.
//
//     I/O thread ── run(work) ──┬─ in place
//                               └─► [reader threads] work ── posts its result back by itself
//
// Owned by Application. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <utility>

#include "storage/limits.hpp"

namespace fieldsync::server::storage {

class ReadBridge {
  public:
    using Post = std::function<void(std::function<void()>)>;

    // `post`: to a thread that may read.
    ReadBridge(bool runs_in_place, Post post, std::size_t waiting_max = limits::reads_waiting_max)
        : runs_in_place_(runs_in_place), post_(std::move(post)), waiting_max_(waiting_max) {}

    [[nodiscard]] bool runs_in_place() const { return runs_in_place_; }

    // From a thread that may read only where that never waits. `work` throws nothing. False, and not run, when too
    // many are waiting.
    template <class Work>
    bool run(Work work) {
        if (runs_in_place_) {
            work();
            return true;
        }
        if (waiting_.fetch_add(1) >= waiting_max_) {
            --waiting_;
            return false;
        }
        post_([this, work = std::move(work)]() mutable {
            --waiting_;
            work();
        });
        return true;
    }

    // From a thread that has other things to do (a writer's); never refused: what was written is to be shown.
    void run_elsewhere(std::function<void()> work) { post_(std::move(work)); }

  private:
    const bool runs_in_place_;
    const Post post_;
    const std::size_t waiting_max_;
    std::atomic<std::size_t> waiting_ = 0;  // posted, and not begun
};

}  // namespace fieldsync::server::storage
