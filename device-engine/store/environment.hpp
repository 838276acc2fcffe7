// Environment: one store directory, opened. Transactions are functions: short, synchronous, and never one
// inside another. Commits are durable when write() returns. The map grows by itself, in this process and when
// another one grew it. Any thread; several processes may have the same directory open, a process once only.
//
// A commit costs two flushes of the disk, so threads that wait to write at the same moment share one: who has
// the turn runs the others' work as well, each in a transaction nested in his.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "fieldsync/device/commit_points.hpp"
#include "fieldsync/device/error.hpp"
#include "store/patient_lock.hpp"
#include "store/transaction.hpp"

struct MDB_env;

namespace fieldsync::device::store {

class Environment {
  public:
    // Makes the directory when it is missing. `map_size_first`: bytes, of a new store. Errors: already_open,
    // newer_format, storage. `points`: of tests, outliving the environment.
    static Result<std::unique_ptr<Environment>> open(const std::filesystem::path& directory,
                                                     std::size_t map_size_first,
                                                     CommitPoints* points = nullptr);
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    // work(const ReadTransaction&).
    template <class F>
    void read(F&& work) const {
        const Reading reading(*this);
        work(reading.tables());
    }
    // Commits when `work` returns true; returns the same. `work` may run several times (the map was full):
    // what it hands out it must set anew each time; maybe on another thread that writes, while this one
    // waits. Throws what `work` throws, and StoreFailure; nothing of it is written then.
    bool write(const std::function<bool(WriteTransaction&)>& work);
    // Threads whose work waits for somebody else's turn to end.
    [[nodiscard]] std::size_t writers_waiting() const;

    // Of the last commit by any process. Like map_size(), not from inside a transaction.
    [[nodiscard]] std::uint64_t last_transaction() const;
    [[nodiscard]] std::size_t map_size() const;  // bytes
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  private:
    // A second transaction on the same thread would wait for the first for ever: better an error.
    class OneAtATime {
      public:
        explicit OneAtATime(const Environment* environment);
        ~OneAtATime();
        OneAtATime(const OneAtATime&) = delete;
        OneAtATime& operator=(const OneAtATime&) = delete;

      private:
        const Environment* outer_;
    };

    // One read transaction, from its beginning to its end.
    class Reading {
      public:
        explicit Reading(const Environment& environment);
        ~Reading();
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;
        [[nodiscard]] const ReadTransaction& tables() const { return tables_; }

      private:
        const Environment& environment_;
        OneAtATime one_;
        std::shared_lock<PatientLock> lock_;
        MDB_txn* transaction_;
        ReadTransaction tables_;
    };

    struct Writer;
    using Writers = std::vector<Writer*>;
    void reach(std::string_view point) const {
        if (points_ != nullptr) points_->reached(point);
    }

    Environment() = default;
    void write_together(const Writers& group);
    bool try_write(const Writers& group);
    // Whether there is something to commit.
    bool run_all(const Writers& group, MDB_txn* transaction);
    bool run_nested(Writer& writer, MDB_txn* parent);
    Result<void> open_tables();
    Result<void> try_open_tables();
    [[nodiscard]] std::size_t size() const;
    MDB_txn* begin(unsigned flags, std::shared_lock<PatientLock>& lock) const;
    MDB_txn* begin_reading(std::shared_lock<PatientLock>& lock) const;
    void end_reading(MDB_txn* transaction) const;
    void adopt_size() const;
    void grow(std::size_t size_when_full);

    std::filesystem::path directory_;
    CommitPoints* points_ = nullptr;
    MDB_env* environment_ = nullptr;
    Handles handles_{};
    // Shared by transactions, exclusive while the map's size changes.
    mutable PatientLock resizing_;

    // Read transactions that ended, to be renewed: each keeps its place among the readers and holds nothing.
    mutable std::array<std::atomic<MDB_txn*>, 4> idle_readers_{};

    mutable std::mutex turns_;
    std::condition_variable turn_ended_;
    Writers waiting_;          // for the next turn
    bool is_writing_ = false;  // somebody has the turn
};

}  // namespace fieldsync::device::store
