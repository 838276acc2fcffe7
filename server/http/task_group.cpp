#include "http/task_group.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace fieldsync::server::http {

void TaskGroup::spawn(const asio::any_io_executor& strand, std::shared_ptr<Task> task,
                      asio::awaitable<void> body) {
    State state;
    {
        const std::lock_guard lock(mutex_);
        tasks_.emplace(task.get(), task);
        state = state_;
    }
    asio::co_spawn(strand, std::move(body),
                   [group = shared_from_this(), key = task.get()](const std::exception_ptr& failure) {
                       try {
                           if (failure) std::rethrow_exception(failure);
                       } catch (const std::exception& e) {
                           spdlog::error("http: a connection's coroutine failed: {}", e.what());
                       }
                       group->finished(key);
                   });
    if (state == State::draining) task->drain();
    if (state == State::aborted) task->abort();
}

void TaskGroup::drain() {
    tell_all(State::draining);
}

void TaskGroup::abort() {
    tell_all(State::aborted);
}

void TaskGroup::tell_all(State state) {
    std::vector<std::shared_ptr<Task>> alive;
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::aborted) state_ = state;
        alive.reserve(tasks_.size());
        for (const auto& [key, task] : tasks_) {
            if (auto strong = task.lock()) alive.push_back(std::move(strong));
        }
    }
    for (const auto& task : alive) state == State::draining ? task->drain() : task->abort();
}

void TaskGroup::when_empty(std::function<void()> fn) {
    {
        const std::lock_guard lock(mutex_);
        if (!tasks_.empty()) {
            when_empty_.push_back(std::move(fn));
            return;
        }
    }
    fn();
}

void TaskGroup::finished(Task* task) {
    std::vector<std::function<void()>> waiting;
    {
        const std::lock_guard lock(mutex_);
        tasks_.erase(task);
        if (!tasks_.empty()) return;
        waiting.swap(when_empty_);
    }
    for (const auto& fn : waiting) fn();
}

}  // namespace fieldsync::server::http
