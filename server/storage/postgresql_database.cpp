#include "storage/postgresql_database.hpp"

#include <atomic>
#include <string>
#include <utility>

#include "storage/errors.hpp"
#include "storage/format_mark.hpp"
#include "storage/postgresql_connection.hpp"
#include "storage/postgresql_notices.hpp"
#include "storage/postgresql_pool.hpp"
#include "storage/postgresql_reach.hpp"

namespace fieldsync::server::storage {
namespace {

using Role = PostgresqlConnection::Role;
using Begin = PostgresqlConnection::Begin;

// A snapshot is named by the transactions it sees: two with one name are of one state.
constexpr Begin kBeginRead{
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_current_snapshot()::text"};
// Servers of another schema have locks of their own.
constexpr Begin kBeginBeside{
    "BEGIN; SELECT pg_advisory_xact_lock_shared(hashtextextended('fieldsync.' || current_schema(), 0))",
    true};
// A migration takes as long as it takes.
constexpr const char* kAlone =
    "BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(hashtextextended('fieldsync.' || "
    "current_schema(), 0))";
constexpr Begin kBeginAlone{kAlone, true, true};
constexpr Begin kBeginClaim{kAlone, false, true};  // there may be no tables yet

constexpr const char* kSchema = "SELECT current_schema()";
constexpr const char* kTables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
constexpr const char* kFormatTables =
    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'fieldsync_format'";
// See PostgresqlPool. Connections that nobody looks for any more are forgotten.
constexpr const char* kMakeCommits =
    "CREATE TABLE IF NOT EXISTS fieldsync_commit (writer TEXT PRIMARY KEY, transactions BIGINT NOT NULL,"
    " used_at TIMESTAMPTZ NOT NULL); DELETE FROM fieldsync_commit WHERE used_at < now() - interval '1 day'";

class PostgresqlDatabase final : public Database {
  public:
    explicit PostgresqlDatabase(const PostgresqlOptions& options)
        : options_(options),
          reach_(options.monotonic_us),
          readers_(options_, Role::reader, options.readers_max, reach_, statements_run_, tables_changed_),
          writers_(options_, Role::writer, options.writers_max, reach_, statements_run_, tables_changed_) {
        writers_.in_transaction(kBeginClaim, [this](Connection& connection) { claim(connection); });
    }

    std::unique_ptr<Notices> notices() override { return make_postgresql_notices(options_.uri); }
    Dialect dialect() const noexcept override { return Dialect::postgresql; }
    std::uint64_t statements_run() const noexcept override { return statements_run_; }

  private:
    void read_snapshot(FunctionRef<void(Connection&)> fn) override {
        readers_.in_transaction(kBeginRead, fn);
    }
    void read_snapshot_patiently(FunctionRef<void(Connection&)> fn) override {
        readers_.in_transaction_once_there(kBeginRead, fn);
    }
    void write_transaction(FunctionRef<void(Connection&)> fn) override { write(kBeginAlone, fn); }
    void write_transaction_beside_others(FunctionRef<void(Connection&)> fn) override {
        write(kBeginBeside, fn);
    }

    void write(const Begin& begin, FunctionRef<void(Connection&)> fn) {
        if (written_by_thread == this)
            throw StorageError(StorageError::Kind::other, "a write inside a write");
        const WriterMark mark(this);
        writers_.in_transaction(begin, fn);
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
        refuse_newer_format(connection.format_version(), options_.format_version);
        connection.script(kMakeCommits);
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
    PostgresqlReach reach_;
    PostgresqlPool readers_, writers_;
};

}  // namespace

std::unique_ptr<Database> open_postgresql(const PostgresqlOptions& options) {
    return std::make_unique<PostgresqlDatabase>(options);
}

}  // namespace fieldsync::server::storage
