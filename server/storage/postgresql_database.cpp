#include "storage/postgresql_database.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "storage/errors.hpp"
#include "storage/format_mark.hpp"
#include "storage/postgresql_connection.hpp"
#include "storage/postgresql_notices.hpp"

namespace fieldsync::server::storage {
namespace {

using Role = PostgresqlConnection::Role;

// A snapshot is named by the transactions it sees: two with one name are of one state.
constexpr const char* kBeginRead =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_current_snapshot()::text";
// Servers of another schema have locks of their own.
constexpr const char* kBeginBeside =
    "BEGIN; SELECT pg_advisory_xact_lock_shared(hashtextextended('fieldsync.' || current_schema(), 0))";
// A migration takes as long as it takes.
constexpr const char* kBeginAlone =
    "BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(hashtextextended('fieldsync.' || "
    "current_schema(), 0))";

constexpr const char* kSchema = "SELECT current_schema()";
constexpr const char* kTables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
constexpr const char* kFormatTables =
    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'fieldsync_format'";

// Connections of one role. One that broke is closed instead of given back.
class Pool {
  public:
    Pool(const PostgresqlOptions& options, Role role, std::size_t connections_max,
         std::atomic<std::uint64_t>& statements_run, std::atomic<std::uint64_t>& tables_changed)
        : options_(options),
          role_(role),
          connections_max_(std::max<std::size_t>(connections_max, 1)),
          statements_run_(statements_run),
          tables_changed_(tables_changed) {}

    // Runs fn(PostgresqlConnection&) in a transaction. Whatever is idle may have been closed by the server
    // meanwhile, which is noticed when the transaction is to begin: another is taken then.
    template <class F>
    void in_transaction(const char* begin_sql, F&& fn) {
        for (;;) {
            Lease lease(*this);
            try {
                PostgresqlConnection::Transaction transaction(lease.connection(), begin_sql);
                lease.has_begun();
                fn(lease.connection());
                return transaction.commit();
            } catch (const StorageError&) {
                if (!lease.was_idle() || !lease.connection().is_broken()) throw;
            }
        }
    }

  private:
    class Lease {
      public:
        explicit Lease(Pool& pool) : pool_(pool), connection_(pool.take(was_idle_)) {}
        ~Lease() { pool_.give_back(std::move(connection_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] PostgresqlConnection& connection() const { return *connection_; }
        // And nothing was run on it yet.
        [[nodiscard]] bool was_idle() const { return was_idle_; }
        void has_begun() { was_idle_ = false; }

      private:
        Pool& pool_;
        bool was_idle_ = false;
        std::unique_ptr<PostgresqlConnection> connection_;
    };

    std::unique_ptr<PostgresqlConnection> take(bool& was_idle) {
        {
            std::unique_lock lock(mutex_);
            free_.wait(lock, [this] { return !idle_.empty() || open_ < connections_max_; });
            if (!idle_.empty()) {
                was_idle = true;
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
            ++open_;
        }
        try {
            auto connection =
                std::make_unique<PostgresqlConnection>(options_, role_, statements_run_, tables_changed_);
            const std::lock_guard lock(mutex_);
            idle_.reserve(open_);  // giving back then needs no memory
            return connection;
        } catch (...) {
            closed();
            throw;
        }
    }

    void give_back(std::unique_ptr<PostgresqlConnection> connection) noexcept {
        if (connection->is_broken()) {
            connection.reset();
            return closed();
        }
        {
            const std::lock_guard lock(mutex_);
            idle_.push_back(std::move(connection));
        }
        free_.notify_one();
    }

    void closed() noexcept {
        {
            const std::lock_guard lock(mutex_);
            --open_;
        }
        free_.notify_one();
    }

    const PostgresqlOptions& options_;
    const Role role_;
    const std::size_t connections_max_;
    std::atomic<std::uint64_t>& statements_run_;
    std::atomic<std::uint64_t>& tables_changed_;

    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<std::unique_ptr<PostgresqlConnection>> idle_;
    std::size_t open_ = 0;
};

class PostgresqlDatabase final : public Database {
  public:
    explicit PostgresqlDatabase(const PostgresqlOptions& options)
        : options_(options),
          readers_(options_, Role::reader, options.readers_max, statements_run_, tables_changed_),
          writers_(options_, Role::writer, options.writers_max, statements_run_, tables_changed_) {
        writers_.in_transaction(kBeginAlone, [this](Connection& connection) { claim(connection); });
    }

    std::unique_ptr<Notices> notices() override { return make_postgresql_notices(options_.uri); }
    Dialect dialect() const noexcept override { return Dialect::postgresql; }
    std::uint64_t statements_run() const noexcept override { return statements_run_; }

  private:
    void read_snapshot(FunctionRef<void(Connection&)> fn) override {
        readers_.in_transaction(kBeginRead, fn);
    }
    void write_transaction(FunctionRef<void(Connection&)> fn) override { write(kBeginAlone, fn); }
    void write_transaction_beside_others(FunctionRef<void(Connection&)> fn) override {
        write(kBeginBeside, fn);
    }

    void write(const char* begin_sql, FunctionRef<void(Connection&)> fn) {
        if (written_by_thread == this)
            throw StorageError(StorageError::Kind::other, "a write inside a write");
        const WriterMark mark(this);
        writers_.in_transaction(begin_sql, fn);
    }

    // Marks a new database as ours; refuses another program's tables, or newer ones, before anything is changed.
    void claim(Connection& connection) const {
        bool has_schema = false;
        connection.query(kSchema, {}, [&](Row& row) { has_schema = !row.null(0); });
        if (!has_schema)
            throw StorageError(StorageError::Kind::other,
                               "postgresql: the search_path names no schema there is");
        if (connection.integer(kFormatTables) == 0) {
            if (connection.integer(kTables) != 0)
                throw StorageError(
                    StorageError::Kind::other,
                    "the PostgreSQL database is not a fieldsync database: it has another program's tables");
            connection.script(format_mark_sql(Dialect::postgresql, 0));
        }
        const std::int64_t stored = connection.format_version();
        if (stored <= options_.format_version) return;
        throw StorageError(StorageError::Kind::newer_database, "the PostgreSQL database has format " +
                                                                   std::to_string(stored) +
                                                                   "; this program knows formats up to " +
                                                                   std::to_string(options_.format_version) +
                                                                   ". Use a newer version of the program.");
    }

    // Names the database that this thread writes to for one scope.
    class WriterMark {
      public:
        explicit WriterMark(const PostgresqlDatabase* database)
            : outer_(std::exchange(written_by_thread, database)) {}
        ~WriterMark() { written_by_thread = outer_; }
        WriterMark(const WriterMark&) = delete;
        WriterMark& operator=(const WriterMark&) = delete;

      private:
        const PostgresqlDatabase* outer_;
    };
    static inline thread_local const PostgresqlDatabase* written_by_thread = nullptr;

    const PostgresqlOptions options_;
    std::atomic<std::uint64_t> statements_run_ = 0;
    std::atomic<std::uint64_t> tables_changed_ = 1;
    Pool readers_, writers_;
};

}  // namespace

std::unique_ptr<Database> open_postgresql(const PostgresqlOptions& options) {
    return std::make_unique<PostgresqlDatabase>(options);
}

}  // namespace fieldsync::server::storage
