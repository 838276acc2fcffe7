#include "storage/group_commit.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "storage/group_writer.hpp"

namespace fieldsync::server::storage {

// The queue, and whose turn it is to write from it: one posted run, or a drain().
class GroupCommit::Pump : public std::enable_shared_from_this<Pump> {
  public:
    Pump(Database& database, CommitPoints& points, Post post, GroupLimits limits, GroupHooks hooks)
        : limits_(limits), post_(std::move(post)), writer_(database, points, std::move(hooks)) {
        limits_.group_jobs_max = std::max<std::size_t>(limits.group_jobs_max, 1);
        group_.reserve(limits_.group_jobs_max);
    }

    bool submit(std::unique_ptr<WriteJob>&& job) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_ || queue_.size() >= limits_.queue_jobs_max) return false;
            queue_.push_back(std::move(job));
            if (posted_ || running_) return true;  // that run will see the job
            posted_ = true;
        }
        post_([self = shared_from_this()] { self->run_posted(); });
        return true;
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }

    void drain() {
        std::unique_lock lock(mutex_);
        while (!closed_ && (running_ || !queue_.empty())) {
            if (running_) {
                turn_over_.wait(lock);
            } else {
                run(lock);
            }
        }
    }

    void close() {
        std::deque<std::unique_ptr<WriteJob>> unanswered;  // destroyed outside the lock
        std::unique_lock lock(mutex_);
        stopping_ = closed_ = true;
        turn_over_.wait(lock, [this] { return !running_; });
        unanswered.swap(queue_);
        lock.unlock();
    }

    std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return queue_.size();
    }

    const GroupWriter::Counters& counters() const noexcept { return writer_.counters(); }

  private:
    void run_posted() {
        std::unique_lock lock(mutex_);
        posted_ = false;
        if (!running_) run(lock);  // else a drain() is at it
    }

    // Writes group after group until the queue is empty. Called and left with the lock held.
    void run(std::unique_lock<std::mutex>& lock) {
        running_ = true;
        try {
            while (!closed_ && !queue_.empty()) {
                take_group();
                lock.unlock();
                writer_.write(group_);
                group_.clear();
                lock.lock();
            }
        } catch (...) {
            // The death of the process, played by a commit point: nothing runs after it.
            group_.clear();
            lock.lock();
            stopping_ = closed_ = true;
            end_turn();
            throw;
        }
        end_turn();
    }

    void take_group() {
        const std::int64_t key = queue_.front()->key();
        std::deque<std::unique_ptr<WriteJob>> others;
        while (!queue_.empty() && group_.size() < limits_.group_jobs_max) {
            const bool is_in = !limits_.one_key_a_group || queue_.front()->key() == key;
            if (is_in)
                group_.push_back(std::move(queue_.front()));
            else
                others.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
        while (!others.empty()) {
            queue_.push_front(std::move(others.back()));
            others.pop_back();
        }
    }

    void end_turn() {
        running_ = false;
        turn_over_.notify_all();
    }

    GroupLimits limits_;
    const Post post_;

    mutable std::mutex mutex_;
    std::condition_variable turn_over_;
    std::deque<std::unique_ptr<WriteJob>> queue_;
    bool posted_ = false;    // a run was handed to post_ and has not begun
    bool running_ = false;   // somebody is writing
    bool stopping_ = false;  // no new jobs
    bool closed_ = false;    // no new groups

    // Of whoever is running.
    GroupWriter writer_;
    std::vector<std::unique_ptr<WriteJob>> group_;
};

GroupCommit::GroupCommit(Database& database, CommitPoints& points, Post post, GroupLimits limits,
                         GroupHooks hooks)
    : pump_(std::make_shared<Pump>(database, points, std::move(post), limits, std::move(hooks))) {}

GroupCommit::~GroupCommit() {
    pump_->close();
}

bool GroupCommit::submit(std::unique_ptr<WriteJob>&& job) {
    return pump_->submit(std::move(job));
}
void GroupCommit::stop() {
    pump_->stop();
}
void GroupCommit::drain() {
    pump_->drain();
}

std::uint64_t GroupCommit::groups() const noexcept {
    return pump_->counters().groups;
}
std::uint64_t GroupCommit::jobs() const noexcept {
    return pump_->counters().jobs;
}
std::uint64_t GroupCommit::largest_group() const noexcept {
    return pump_->counters().largest_group;
}
std::uint64_t GroupCommit::groups_rerun() const noexcept {
    return pump_->counters().groups_rerun;
}
std::size_t GroupCommit::waiting() const {
    return pump_->waiting();
}

}  // namespace fieldsync::server::storage
