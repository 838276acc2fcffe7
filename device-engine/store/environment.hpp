// Environment: one store directory, opened. Transactions are functions: short, synchronous, on the caller's
// thread, and never one inside another. Commits are durable when write() returns. The map grows by itself, in
// this process and when another one grew it. Any thread; several processes may have the same directory open,
// a process once only.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <shared_mutex>

#include "fieldsync/device/error.hpp"
#include "store/patient_lock.hpp"
#include "store/transaction.hpp"

struct MDB_env;

namespace fieldsync::device::store {

class Environment {
  public:
    // Makes the directory when it is missing. `map_size_first`: bytes, of a new store. Errors: already_open,
    // newer_format, storage.
    static Result<std::unique_ptr<Environment>> open(const std::filesystem::path& directory,
                                                     std::size_t map_size_first);
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    void read(const std::function<void(const ReadTransaction&)>& work) const;
    // Commits when `work` returns true; returns the same. `work` may run several times (the map was full):
    // what it hands out it must set anew each time. Throws what `work` throws, and StoreFailure; nothing is
    // written then.
    bool write(const std::function<bool(WriteTransaction&)>& work);

    // Of the last commit by any process. Like map_size(), not from inside a transaction.
    [[nodiscard]] std::uint64_t last_transaction() const;
    [[nodiscard]] std::size_t map_size() const;  // bytes
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  private:
    Environment() = default;
    Result<void> open_tables();
    Result<void> try_open_tables();
    [[nodiscard]] std::size_t size() const;
    MDB_txn* begin(unsigned flags, std::shared_lock<PatientLock>& lock) const;
    void adopt_size() const;
    void grow(std::size_t size_when_full);

    std::filesystem::path directory_;
    MDB_env* environment_ = nullptr;
    Handles handles_{};
    // Shared by transactions, exclusive while the map's size changes.
    mutable PatientLock resizing_;
};

}  // namespace fieldsync::device::store
