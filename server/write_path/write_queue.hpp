// WriteQueue: the write path behind group commit. Whoever writes hands in a request and is called back, on
// the writer's thread, after it is on disk. Whoever waits for changes (live sessions) subscribes to commits
// here.
//
// Owned by Application. Any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "storage/group_commit.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::server {

struct WriteFailure {
    bool is_unavailable = false;  // false: it fails on healthy storage
    std::string reason;           // for the log
};

// What metrics want to know, on the writer's thread.
struct WriteWatcher {
    std::function<void(const WriteRequest&, const WriteOutcome&)> written;  // each change-set, once on disk
    std::function<void(std::size_t jobs)> group_committed;
};

class WriteQueue {
  public:
    using Done = std::function<void(const WriteOutcome&)>;
    using Failed = std::function<void(const WriteFailure&)>;
    using Committed = std::function<void(BusinessId, sync::Cursor head)>;

    WriteQueue(storage::Database& database, const WritePath& path, storage::CommitPoints& points,
               storage::GroupCommit::Post post, WriteWatcher watcher = {});

    // Exactly one of the two is called, on the writer's thread. False (and neither called) when the queue is
    // full.
    bool submit(WriteRequest request, Done done, Failed failed);

    // Small operational writes that are no change-sets: tokens, devices, receipts confirmed.
    bool run(std::function<void(storage::Connection&)> work, std::function<void(bool ok)> done);

    // Told after each commit that wrote to a change-log, on the writer's thread. Returns a number to
    // unsubscribe with.
    std::uint64_t subscribe(Committed committed);
    void unsubscribe(std::uint64_t number);

    void stop() { commits_.stop(); }
    void drain() { commits_.drain(); }
    [[nodiscard]] const storage::GroupCommit& commits() const { return commits_; }

  private:
    class ChangeSetJob;
    class WorkJob;
    void publish(BusinessId business, sync::Cursor head);

    storage::GroupHooks hooks();

    const WritePath& path_;
    const WriteWatcher watcher_;
    std::optional<WriteGroup> group_;  // of the transaction that runs, or ran last; the writer's alone
    std::mutex mutex_;
    std::uint64_t next_subscriber_ = 1;
    std::unordered_map<std::uint64_t, Committed> subscribers_;
    storage::GroupCommit commits_;
};

}  // namespace fieldsync::server
