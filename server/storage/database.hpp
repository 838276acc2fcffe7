// A database: snapshots to read from and transactions to write in. `open_sqlite` and `open_postgresql` make one.
//
// Owned by Application; outlives everything that holds a reference to it. All functions may be called from
// any thread and block their caller. What the function passed in throws rolls its transaction back and
// reaches the caller. Do not nest them: a write inside a write throws, and a read inside a read holds two
// readers, which comes to a standstill once every reader is held by someone who waits for another.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "storage/connection.hpp"
#include "storage/function_ref.hpp"
#include "storage/notices.hpp"

namespace fieldsync::server::storage {

class Database {
  public:
    virtual ~Database() = default;

    // Runs fn(Connection&) on one consistent snapshot, that of its first statement, and returns what it
    // returns. Waits when all readers are busy, never for a writer. Writing throws.
    template <class F>
    auto read(F&& fn) {
        return through([this](FunctionRef<void(Connection&)> inner) { read_snapshot(inner); }, fn);
    }

    // The same, to show what was just committed: where the database is away for a moment (PostgreSQL started
    // anew) it is waited for, and fn may be run again. Not in an I/O thread, unless reads never wait.
    template <class F>
    auto read_committed(F&& fn) {
        return through([this](FunctionRef<void(Connection&)> inner) { read_snapshot_patiently(inner); }, fn);
    }

    // Runs fn(Connection&) as the only writer, in one transaction that is on disk when this returns. For
    // start-up, migrations and tools; what clients write goes through GroupCommit. Throws StorageError (busy)
    // when another process kept the lock for the whole busy timeout.
    template <class F>
    auto write(F&& fn) {
        return through([this](FunctionRef<void(Connection&)> inner) { write_transaction(inner); }, fn);
    }

    // The same beside other writers, where the database has several (PostgreSQL): what must not change in
    // between is locked by its rows first. For GroupCommit.
    template <class F>
    auto write_beside_others(F&& fn) {
        return through(
            [this](FunctionRef<void(Connection&)> inner) { write_transaction_beside_others(inner); }, fn);
    }

    // Between the programs on this database; null where one program alone serves it (SQLite).
    virtual std::unique_ptr<Notices> notices() { return nullptr; }

    virtual Dialect dialect() const noexcept = 0;

    // Connection::statements_run over all connections.
    virtual std::uint64_t statements_run() const noexcept = 0;

  private:
    virtual void read_snapshot(FunctionRef<void(Connection&)> fn) = 0;
    virtual void read_snapshot_patiently(FunctionRef<void(Connection&)> fn) { read_snapshot(fn); }
    virtual void write_transaction(FunctionRef<void(Connection&)> fn) = 0;
    virtual void write_transaction_beside_others(FunctionRef<void(Connection&)> fn) {
        write_transaction(fn);  // where there are no others
    }

    template <class Run, class F>
    static auto through(Run run, F& fn) {
        using Answer = std::invoke_result_t<F&, Connection&>;
        if constexpr (std::is_void_v<Answer>) {
            run(fn);
        } else {
            std::optional<std::remove_cvref_t<Answer>> answer;
            run([&](Connection& connection) { answer.emplace(fn(connection)); });
            return std::move(*answer);
        }
    }
};

}  // namespace fieldsync::server::storage
