// Group commit: jobs waiting at the same moment share one transaction and are answered after the commit is on
// disk. A group that fails is rolled back and its members are run again one by one, so that one bad job costs
// the others time and nothing else.
//
//     submit ─> queue ─> group ──COMMIT──────────────────────────────────────> committed()
//                          └─fails─> each alone ──COMMIT───────────────────> committed()
//                                      ├─ fails 3 times, storage healthy ──> fall_back(), failed(server_error)
//                                      └─ the storage itself fails ────────> failed(unavailable)
//
// When the storage turns out to be unhealthy, the rest of that group is answered `unavailable` without
// another attempt (each may cost a busy timeout); the next group tries again.
//
// Owned by Application, after the Database it writes to. It starts no thread and reads no clock: the injected
// Post runs the pump wherever the owner wants writes to happen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "storage/commit_points.hpp"
#include "storage/database.hpp"
#include "storage/limits.hpp"

namespace fieldsync::server::storage {

// Why a job was given up.
enum class JobFailure {
    server_error,  // it fails on healthy storage: trying again will not help
    unavailable,   // the storage fails: the same may work later
};

// One change-set on its way to disk. Every accepted job gets exactly one of committed() and failed(), on the
// thread that runs the pump, and is destroyed there once its group is answered (unless the process, or the
// GroupCommit, dies first).
class WriteJob {
  public:
    virtual ~WriteJob() = default;

    // Jobs with another key may be kept out of its group (GroupLimits).
    virtual std::int64_t key() const { return 0; }

    // Does the work inside the group's transaction. May be called again after a rollback, so it starts from
    // fresh state each time. What the domain refuses is a result, kept for committed(); an exception says
    // that the work could not be done and undoes the whole group.
    virtual void run(Connection& connection) = 0;

    // The work is on disk.
    virtual void committed() noexcept = 0;

    // The work failed too often on healthy storage. True: there is something else to say instead, and run()
    // does that now; it is tried once more, before the jobs behind it.
    virtual bool fall_back() noexcept { return false; }

    // Nothing of the work is on disk. The reason is for the log, not for clients.
    virtual void failed(JobFailure failure, const std::string& reason) noexcept = 0;
};

// What the owner does around each group, on the pump's thread; any of them may be absent. What begin and end
// throw fails the group as if a job had thrown it; each attempt begins anew.
struct GroupHooks {
    std::function<void(Connection&)> begin;           // in the transaction, before the first job
    std::function<void(Connection&)> end;             // after the last one, before the commit
    std::function<void(std::size_t jobs)> committed;  // the group is on disk, and not answered yet
};

struct GroupLimits {
    std::size_t queue_jobs_max = limits::queue_jobs_max;
    std::size_t group_jobs_max = limits::group_jobs_max;
    bool one_key_a_group = false;  // else a group takes what waits longest, whatever its keys
};

class GroupCommit {
  public:
    // Runs a function later or at once, on one thread or strand; does not throw. At most one pump is posted
    // at a time.
    using Post = std::function<void(std::function<void()>)>;

    GroupCommit(Database& database, CommitPoints& points, Post post, GroupLimits limits = {},
                GroupHooks hooks = {});

    // Waits for a running group; jobs still queued are destroyed unanswered: stop() and drain() come first. A
    // pump still posted may run afterwards and does nothing.
    ~GroupCommit();
    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;

    // Takes the job and returns true; or returns false, the job staying with the caller, when the queue is
    // full or no more is accepted. Any thread, also from within a job's committed() and failed().
    bool submit(std::unique_ptr<WriteJob>&& job);

    // From now on submit() refuses. What is queued still runs. Any thread.
    void stop();

    // Returns when the queue is empty and nothing runs; runs the pump itself where it is not running
    // elsewhere. Any thread, not from within a job.
    void drain();

    // Counters since the start, for metrics and tests. Any thread.
    std::uint64_t groups() const noexcept;         // transactions committed
    std::uint64_t jobs() const noexcept;           // jobs committed in them
    std::uint64_t largest_group() const noexcept;  // jobs in the largest of them
    std::uint64_t groups_rerun() const noexcept;   // groups that failed and were run one by one
    std::size_t waiting() const;                   // jobs in the queue now

  private:
    class Pump;
    std::shared_ptr<Pump> pump_;  // shared with a posted run, which may come after the destructor
};

}  // namespace fieldsync::server::storage
