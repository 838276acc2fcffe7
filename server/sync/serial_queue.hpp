// A strand without Asio: work handed in from any thread runs one piece at a time, in order, on a pool.
#pragma once

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>

namespace fieldsync::server {

class SerialQueue : public std::enable_shared_from_this<SerialQueue> {
  public:
    using Post = std::function<void(std::function<void()>)>;
    explicit SerialQueue(Post post) : post_(std::move(post)) {}

    void add(std::function<void()> work) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(work));
            if (running_) return;
            running_ = true;
        }
        post_([self = shared_from_this()] { self->run(); });
    }

  private:
    void run() {
        for (;;) {
            std::function<void()> work;
            {
                const std::lock_guard lock(mutex_);
                if (waiting_.empty()) {
                    running_ = false;
                    return;
                }
                work = std::move(waiting_.front());
                waiting_.pop_front();
            }
            try {
                work();
            } catch (const std::exception&) {
                // Whoever handed it in answers for its failures; the pool's thread is not to die of them.
            }
        }
    }

    const Post post_;
    std::mutex mutex_;
    std::deque<std::function<void()>> waiting_;
    bool running_ = false;
};

}  // namespace fieldsync::server
