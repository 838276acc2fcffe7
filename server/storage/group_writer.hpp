// How a group of jobs gets to disk and to its answers: together, else one by one. The queue and the turns are
// GroupCommit's; this runs on whichever thread has the turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "storage/group_commit.hpp"

namespace fieldsync::server::storage {

class GroupWriter {
  public:
    using Jobs = std::span<const std::unique_ptr<WriteJob>>;

    GroupWriter(Database& database, CommitPoints& points, GroupHooks hooks)
        : database_(database), points_(points), hooks_(std::move(hooks)) {}

    // Runs all jobs, which are one or more, and answers each. Lets through only what a commit point throws to
    // play the death of the process.
    void write(Jobs jobs);

    struct Counters {
        std::atomic<std::uint64_t> groups = 0;
        std::atomic<std::uint64_t> jobs = 0;
        std::atomic<std::uint64_t> largest_group = 0;
        std::atomic<std::uint64_t> groups_rerun = 0;
    };
    const Counters& counters() const noexcept { return counters_; }

  private:
    struct Failure {
        JobFailure blame;
        std::string reason;
    };

    std::optional<Failure> attempt(Jobs jobs);
    void run_in_transaction(Jobs jobs);
    void answer_committed(Jobs jobs);
    bool write_alone(Jobs job);
    bool storage_is_healthy();

    Database& database_;
    CommitPoints& points_;
    const GroupHooks hooks_;
    Counters counters_;
};

}  // namespace fieldsync::server::storage
