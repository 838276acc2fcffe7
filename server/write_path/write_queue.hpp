// WriteQueue: the write path behind group commit. Whoever writes hands in a request and is called back, on
// a writer's thread, after it is on disk. Whoever waits for changes (live sessions) subscribes to commits
// here.
//
// Where the database takes several writers (PostgreSQL) there are several lanes, each a group commit of its own:
// a business always goes by the same one, so that its change-sets stay in order, and a group is of one business.
// Works that are no change-sets have a lane of their own. SQLite has one lane for everything.
//
// Owned by Application. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "storage/group_commit.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::server {

struct WriteFailure {
    bool is_unavailable = false;  // false: it fails on healthy storage
    std::string reason;           // for the log
};

// What metrics want to know, on a writer's thread.
struct WriteWatcher {
    std::function<void(const WriteRequest&, const WriteOutcome&)> written;  // each change-set, once on disk
    std::function<void(std::size_t jobs)> group_committed;
};

class WriteQueue {
  public:
    using Done = std::function<void(const WriteOutcome&)>;
    using Failed = std::function<void(const WriteFailure&)>;
    using Committed = std::function<void(BusinessId, sync::Cursor head)>;

    // What is posted may run on several threads at once, as many as there are lanes.
    WriteQueue(storage::Database& database, const WritePath& path, storage::CommitPoints& points,
               storage::GroupCommit::Post post, WriteWatcher watcher = {});
    ~WriteQueue();

    // How many transactions may be written beside each other.
    static std::size_t lanes_of(const storage::Database& database);

    // Exactly one of the two is called, on a writer's thread; those of one business one after the other. False
    // (and neither called) when the queue is full.
    bool submit(WriteRequest request, Done done, Failed failed);

    // Small operational writes that are no change-sets: tokens, devices, receipts confirmed. One after the other.
    bool run(std::function<void(storage::Connection&)> work, std::function<void(bool ok)> done);

    // Told after each commit that wrote to a change-log, on a writer's thread or on whose who publishes. Returns a
    // number to unsubscribe with.
    std::uint64_t subscribe(Committed committed);
    void unsubscribe(std::uint64_t number);
    // Another server on this database has written to a log: told as if it had been here.
    void publish(BusinessId business, sync::Cursor head);

    void stop();
    void drain();

    // Over all lanes, since the start.
    struct Counters {
        std::uint64_t groups = 0;        // transactions committed
        std::uint64_t jobs = 0;          // change-sets and works in them
        std::uint64_t groups_rerun = 0;  // groups that failed and were run one by one
        std::size_t waiting = 0;         // jobs in the queues now
    };
    [[nodiscard]] Counters counters() const;

  private:
    class ChangeSetJob;
    class WorkJob;
    struct Lane;

    Lane& lane_of(BusinessId business);

    const WritePath& path_;
    const WriteWatcher watcher_;
    std::mutex mutex_;
    std::uint64_t next_subscriber_ = 1;
    std::unordered_map<std::uint64_t, Committed> subscribers_;
    std::vector<std::unique_ptr<Lane>> lanes_;  // the last is that of works
};

}  // namespace fieldsync::server
