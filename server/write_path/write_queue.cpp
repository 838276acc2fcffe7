#include "write_path/write_queue.hpp"

#include <vector>

namespace fieldsync::server {

class WriteQueue::ChangeSetJob final : public storage::WriteJob {
  public:
    ChangeSetJob(WriteQueue& queue, WriteRequest request, Done done, Failed failed)
        : queue_(queue), request_(std::move(request)), done_(std::move(done)), failed_(std::move(failed)) {}

    void run(storage::Connection&) override {
        outcome_ = queue_.path_.run(*queue_.group_, request_, refusal_);
    }

    void committed() noexcept override {
        if (queue_.watcher_.written) queue_.watcher_.written(request_, outcome_);
        if (outcome_.wrote) queue_.publish(request_.business, outcome_.head);
        done_(outcome_);
    }

    // A pushed change-set that cannot be written gets its receipt all the same, and stands in nobody's way.
    bool fall_back() noexcept override {
        if (request_.origin != Origin::push || refusal_) return false;
        refusal_ = schema::Refusal{"server_error", "The server could not apply this change.", {}};
        return true;
    }

    void failed(storage::JobFailure failure, const std::string& reason) noexcept override {
        failed_({failure == storage::JobFailure::unavailable, reason});
    }

  private:
    WriteQueue& queue_;
    WriteRequest request_;
    Done done_;
    Failed failed_;
    std::optional<schema::Refusal> refusal_;
    WriteOutcome outcome_;
};

class WriteQueue::WorkJob final : public storage::WriteJob {
  public:
    WorkJob(WriteQueue& queue, std::function<void(storage::Connection&)> work, std::function<void(bool)> done)
        : queue_(queue), work_(std::move(work)), done_(std::move(done)) {}

    // It looks at the tables themselves, and writes there what it likes.
    void run(storage::Connection& connection) override {
        queue_.group_->settle();
        work_(connection);
    }
    void committed() noexcept override {
        if (done_) done_(true);
    }
    void failed(storage::JobFailure, const std::string&) noexcept override {
        if (done_) done_(false);
    }

  private:
    WriteQueue& queue_;
    std::function<void(storage::Connection&)> work_;
    std::function<void(bool)> done_;
};

WriteQueue::WriteQueue(storage::Database& database, const WritePath& path, storage::CommitPoints& points,
                       storage::GroupCommit::Post post, WriteWatcher watcher)
    : path_(path), watcher_(std::move(watcher)), commits_(database, points, std::move(post), {}, hooks()) {}

storage::GroupHooks WriteQueue::hooks() {
    return {[this](storage::Connection& connection) { group_.emplace(connection, path_.tables()); },
            [this](storage::Connection&) { group_->settle(); }, watcher_.group_committed};
}

bool WriteQueue::submit(WriteRequest request, Done done, Failed failed) {
    return commits_.submit(
        std::make_unique<ChangeSetJob>(*this, std::move(request), std::move(done), std::move(failed)));
}

bool WriteQueue::run(std::function<void(storage::Connection&)> work, std::function<void(bool ok)> done) {
    return commits_.submit(std::make_unique<WorkJob>(*this, std::move(work), std::move(done)));
}

std::uint64_t WriteQueue::subscribe(Committed committed) {
    const std::lock_guard lock(mutex_);
    subscribers_.emplace(next_subscriber_, std::move(committed));
    return next_subscriber_++;
}

void WriteQueue::unsubscribe(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    subscribers_.erase(number);
}

void WriteQueue::publish(BusinessId business, sync::Cursor head) {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, committed] : subscribers_) committed(business, head);
}

}  // namespace fieldsync::server
