#include "write_path/write_queue.hpp"

#include <algorithm>

#include "storage/limits.hpp"

namespace fieldsync::server {

struct WriteQueue::Lane {
    std::optional<WriteGroup> group;  // of the transaction that runs, or ran last; its writer's alone
    std::optional<storage::GroupCommit> commits;
};

class WriteQueue::ChangeSetJob final : public storage::WriteJob {
  public:
    ChangeSetJob(WriteQueue& queue, Lane& lane, WriteRequest request, Done done, Failed failed)
        : queue_(queue),
          lane_(lane),
          request_(std::move(request)),
          done_(std::move(done)),
          failed_(std::move(failed)) {}

    std::int64_t key() const override { return number(request_.business); }

    void run(storage::Connection&) override { outcome_ = queue_.path_.run(*lane_.group, request_, refusal_); }

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
    Lane& lane_;
    WriteRequest request_;
    Done done_;
    Failed failed_;
    std::optional<schema::Refusal> refusal_;
    WriteOutcome outcome_;
};

class WriteQueue::WorkJob final : public storage::WriteJob {
  public:
    WorkJob(Lane& lane, std::function<void(storage::Connection&)> work, std::function<void(bool)> done)
        : lane_(lane), work_(std::move(work)), done_(std::move(done)) {}

    // It looks at the tables themselves, and writes there what it likes.
    void run(storage::Connection& connection) override {
        lane_.group->settle();
        work_(connection);
    }
    void committed() noexcept override {
        if (done_) done_(true);
    }
    void failed(storage::JobFailure, const std::string&) noexcept override {
        if (done_) done_(false);
    }

  private:
    Lane& lane_;
    std::function<void(storage::Connection&)> work_;
    std::function<void(bool)> done_;
};

WriteQueue::WriteQueue(storage::Database& database, const WritePath& path, storage::CommitPoints& points,
                       storage::GroupCommit::Post post, WriteWatcher watcher)
    : path_(path), watcher_(std::move(watcher)) {
    storage::GroupLimits limits;
    limits.one_key_a_group = lanes_of(database) > 1;
    for (std::size_t i = 0; i < lanes_of(database); ++i) {
        Lane& lane = *lanes_.emplace_back(std::make_unique<Lane>());
        storage::GroupHooks hooks{[this, &lane](storage::Connection& connection) {
                                      lane.group.emplace(connection, path_.tables());
                                  },
                                  [&lane](storage::Connection&) { lane.group->settle(); },
                                  watcher_.group_committed};
        lane.commits.emplace(database, points, post, limits, std::move(hooks));
    }
}

WriteQueue::~WriteQueue() = default;

std::size_t WriteQueue::lanes_of(const storage::Database& database) {
    return database.dialect() == storage::Dialect::sqlite ? 1 : storage::limits::writers_max;
}

WriteQueue::Lane& WriteQueue::lane_of(BusinessId business) {
    const std::size_t of_businesses = std::max<std::size_t>(lanes_.size() - 1, 1);
    return *lanes_[static_cast<std::uint64_t>(number(business)) % of_businesses];
}

bool WriteQueue::submit(WriteRequest request, Done done, Failed failed) {
    Lane& lane = lane_of(request.business);
    return lane.commits->submit(
        std::make_unique<ChangeSetJob>(*this, lane, std::move(request), std::move(done), std::move(failed)));
}

bool WriteQueue::run(std::function<void(storage::Connection&)> work, std::function<void(bool ok)> done) {
    Lane& lane = *lanes_.back();
    return lane.commits->submit(std::make_unique<WorkJob>(lane, std::move(work), std::move(done)));
}

void WriteQueue::stop() {
    for (const auto& lane : lanes_) lane->commits->stop();
}

void WriteQueue::drain() {
    for (const auto& lane : lanes_) lane->commits->drain();
}

WriteQueue::Counters WriteQueue::counters() const {
    Counters all;
    for (const auto& lane : lanes_) {
        all.groups += lane->commits->groups();
        all.jobs += lane->commits->jobs();
        all.groups_rerun += lane->commits->groups_rerun();
        all.waiting += lane->commits->waiting();
    }
    return all;
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
