#include "storage/postgresql_pool.hpp"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "storage/errors.hpp"
#include "storage/limits.hpp"

namespace fieldsync::server::storage {

class PostgresqlPool::Lease {
  public:
    explicit Lease(PostgresqlPool& pool) : pool_(pool), lent_(pool.take(was_idle_)) {}
    ~Lease() { pool_.give_back(std::move(lent_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    [[nodiscard]] PostgresqlConnection& connection() const { return *lent_.connection; }
    // And nothing was run on it yet.
    [[nodiscard]] bool was_idle() const { return was_idle_; }
    void has_begun() { was_idle_ = false; }

  private:
    PostgresqlPool& pool_;
    bool was_idle_ = false;
    Idle lent_;
};

PostgresqlPool::PostgresqlPool(const PostgresqlOptions& options, PostgresqlConnection::Role role,
                               std::size_t connections_max, PostgresqlReach& reach,
                               std::atomic<std::uint64_t>& statements_run,
                               std::atomic<std::uint64_t>& tables_changed)
    : options_(options),
      role_(role),
      connections_max_(std::max<std::size_t>(connections_max, 1)),
      reach_(reach),
      statements_run_(statements_run),
      tables_changed_(tables_changed) {
    idle_.reserve(connections_max_);  // giving back then needs no memory
}

// Whatever is idle may have been closed by the server meanwhile, which is noticed when the transaction is to begin:
// another is taken then.
void PostgresqlPool::in_transaction(const PostgresqlConnection::Begin& begin,
                                    FunctionRef<void(Connection&)> fn) {
    for (;;) {
        bool is_committing = false;
        std::optional<PostgresqlConnection::Mark> mark;
        {
            Lease lease(*this);
            try {
                PostgresqlConnection::Transaction transaction(lease.connection(), begin);
                lease.has_begun();
                fn(lease.connection());
                mark = transaction.mark();
                is_committing = true;
                return transaction.commit();
            } catch (const StorageError&) {
                if (!lease.connection().is_broken() || (!is_committing && !lease.was_idle())) throw;
            }
        }
        if (!is_committing) continue;
        if (role_ == PostgresqlConnection::Role::reader) return;  // it has read all there was
        if (mark && has_committed(*mark)) return;
        throw StorageError(StorageError::Kind::unavailable,
                           "the connection was lost, and the transaction with it");
    }
}

// Away, most likely: a server that starts anew is asked as soon as it answers.
template <class Ask>
auto PostgresqlPool::once_there(Ask ask) const {
    constexpr std::chrono::milliseconds kAgain(limits::outcome_again_ms);
    const auto now_us = [this] { return options_.monotonic_us ? options_.monotonic_us() : 0; };
    const std::int64_t began_us = now_us();
    for (auto slept = kAgain;; slept += kAgain) {
        try {
            return ask();
        } catch (const StorageError& error) {
            // Asking may itself take long, where nobody answers.
            const auto waited =
                std::max<std::chrono::microseconds>(slept, std::chrono::microseconds(now_us() - began_us));
            if (!error.blames_storage() || waited > options_.outcome_wait) throw;
        }
        std::this_thread::sleep_for(kAgain);
    }
}

bool PostgresqlPool::has_committed(const PostgresqlConnection::Mark& mark) {
    try {
        return once_there([&] {
            const Lease lease(*this);
            return lease.connection().has_committed(mark);
        });
    } catch (const StorageError& error) {
        throw StorageError(
            StorageError::Kind::unavailable,
            std::string("a commit's outcome is not known, the connection was lost: ") + error.what());
    }
}

void PostgresqlPool::in_transaction_once_there(const PostgresqlConnection::Begin& begin,
                                               FunctionRef<void(Connection&)> fn) {
    once_there([&] { in_transaction(begin, fn); });
}

PostgresqlPool::Idle PostgresqlPool::take(bool& was_idle) {
    std::vector<Idle> given_up;  // closed outside the lock
    std::uint64_t losses = 0;
    {
        std::unique_lock lock(mutex_);
        if (!free_.wait_for(lock, options_.connection_wait,
                            [this] { return !idle_.empty() || open_ < connections_max_; }))
            throw StorageError(StorageError::Kind::busy, "postgresql: no connection became free in time");
        losses = reach_.losses();
        while (!idle_.empty()) {
            Idle latest = std::move(idle_.back());
            idle_.pop_back();
            if (latest.losses == losses) {
                was_idle = true;
                return latest;
            }
            --open_;
            given_up.push_back(std::move(latest));
        }
        ++open_;
    }
    if (!given_up.empty()) free_.notify_all();
    try {
        return {reach_.through([this] {
                    return std::make_unique<PostgresqlConnection>(options_, role_, statements_run_,
                                                                  tables_changed_);
                }),
                losses};
    } catch (...) {
        closed();
        throw;
    }
}

void PostgresqlPool::give_back(Idle lent) noexcept {
    if (lent.connection->is_broken()) {
        lent.connection.reset();
        reach_.lost();
        return closed();
    }
    {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(lent));
    }
    free_.notify_one();
}

void PostgresqlPool::closed() noexcept {
    {
        const std::lock_guard lock(mutex_);
        --open_;
    }
    free_.notify_one();
}

}  // namespace fieldsync::server::storage
