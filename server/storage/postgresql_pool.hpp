// The connections of one role, opened as they are needed; one that broke is closed instead of given back, and so
// is what was idle then.
//
// A COMMIT whose answer is lost may have succeeded. Each transaction of a writer therefore leaves a mark: the row
// of its connection holds the number of the last that committed. Another connection reads it, and by the row's
// lock waits for a transaction that is still ending. (The status of a transaction's id would say the same until
// PostgreSQL crashes: then ids that never reached the disk are given out anew.)
//
// Owned by PostgresqlDatabase. Any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/function_ref.hpp"
#include "storage/postgresql_connection.hpp"
#include "storage/postgresql_reach.hpp"

namespace fieldsync::server::storage {

class PostgresqlPool {
  public:
    // All but the number outlive it.
    PostgresqlPool(const PostgresqlOptions& options, PostgresqlConnection::Role role,
                   std::size_t connections_max, PostgresqlReach& reach,
                   std::atomic<std::uint64_t>& statements_run, std::atomic<std::uint64_t>& tables_changed);

    // Runs fn in a transaction. Throws StorageError: unavailable when the server is away, or when whether it
    // committed was not to be found out; busy when no connection became free in time.
    void in_transaction(const PostgresqlConnection::Begin& begin, FunctionRef<void(Connection&)> fn);

    // A reader's, again and again for as long as a commit's outcome would be looked for.
    void in_transaction_once_there(const PostgresqlConnection::Begin& begin,
                                   FunctionRef<void(Connection&)> fn);

  private:
    class Lease;

    struct Idle {
        std::unique_ptr<PostgresqlConnection> connection;
        std::uint64_t losses = 0;  // when it was made
    };

    Idle take(bool& was_idle);
    void give_back(Idle lent) noexcept;
    void closed() noexcept;
    bool has_committed(const PostgresqlConnection::Mark& mark);
    template <class Ask>
    auto once_there(Ask ask) const;

    const PostgresqlOptions& options_;
    const PostgresqlConnection::Role role_;
    const std::size_t connections_max_;
    PostgresqlReach& reach_;
    std::atomic<std::uint64_t>& statements_run_;
    std::atomic<std::uint64_t>& tables_changed_;

    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<Idle> idle_;
    std::size_t open_ = 0;
};

}  // namespace fieldsync::server::storage
