#include "storage/sqlite_connection.hpp"

#include <sqlite3.h>

#include <limits>
#include <string>
#include <variant>

#include "storage/errors.hpp"
#include "storage/limits.hpp"
#include "storage/sqlite_error.hpp"
#include "storage/sqlite_row.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr std::string_view commit_sql = "COMMIT";
constexpr std::string_view rollback_sql = "ROLLBACK";
constexpr std::string_view journal_mode_sql = "PRAGMA journal_mode=WAL";
constexpr std::string_view data_version_sql = "PRAGMA data_version";
constexpr std::string_view format_version_sql = "PRAGMA user_version";

int bind_value(sqlite3_stmt* statement, int index, const Parameter::Value& value) {
    // A null destructor is SQLITE_STATIC: no copy, the parameters outlive the statement's run.
    struct Bind {
        sqlite3_stmt* statement;
        int index;
        int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
        int operator()(std::int64_t integer) const { return sqlite3_bind_int64(statement, index, integer); }
        int operator()(std::string_view text) const {
            const char* data = text.empty() ? "" : text.data();  // a null pointer would be bound as NULL
            return sqlite3_bind_text64(statement, index, data, text.size(), nullptr, SQLITE_UTF8);
        }
        int operator()(Blob blob) const {
            if (blob.bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
            return sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(), nullptr);
        }
    };
    return std::visit(Bind{statement, index}, value);
}

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close(database);
}

SqliteConnection::SqliteConnection(const SqliteOptions& options, Role role,
                                   std::atomic<std::uint64_t>& statements_run)
    : role_(role), statements_run_total_(statements_run) {
    // Absolute, so that no path reads as an URI or as ":memory:".
    const std::string path = std::filesystem::absolute(options.path).string();
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (role == Role::writer && options.create) flags |= SQLITE_OPEN_CREATE;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    database_.reset(opened);  // there to be closed even when opening failed
    if (code != SQLITE_OK) throw_sqlite_error(opened, code, "opening " + path);
    sqlite3_busy_timeout(opened, options.busy_timeout_ms);
    // "Double quotes" name columns only, as in PostgreSQL; a misspelt name is then an error and not a text.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    statements_.emplace(opened, limits::statements_cached_max);
}

SqliteConnection::~SqliteConnection() = default;

void SqliteConnection::configure() {
    if (role_ == Role::writer) set_journal_mode();
    script(
        "PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY;");
    script("PRAGMA cache_size=-" + std::to_string(limits::page_cache_kib));
    script("PRAGMA journal_size_limit=" + std::to_string(limits::journal_bytes_max));
    if (role_ == Role::writer)
        script("PRAGMA wal_autocheckpoint=" + std::to_string(limits::checkpoint_pages));
    if (role_ == Role::reader)
        script("PRAGMA query_only=ON; PRAGMA mmap_size=" + std::to_string(limits::mapped_bytes_max));
}

void SqliteConnection::set_journal_mode() {
    // Answers with the mode it got: a file system without shared memory stays in the old one.
    std::string mode;
    query(journal_mode_sql, {}, [&mode](Row& row) { mode = row.text(0); });
    if (mode == "wal") return;
    throw StorageError(StorageError::Kind::unavailable, "sqlite: the file system does not support WAL mode");
}

std::int64_t SqliteConnection::do_execute(std::string_view sql, std::span<const Parameter> parameters) {
    check_transaction(sql);
    const SqliteStatementCache::Lease lease = statements_->take(sql);
    bind(lease.statement(), parameters, sql);
    note_statement();
    // sqlite3_changes keeps the number of the last statement that could change rows: ask whether this one
    // did.
    const std::int64_t total_before = sqlite3_total_changes64(database_.get());
    while (step(lease.statement(), sql)) {
    }
    if (sqlite3_total_changes64(database_.get()) == total_before) return 0;
    return sqlite3_changes64(database_.get());
}

void SqliteConnection::do_query(std::string_view sql, std::span<const Parameter> parameters,
                                FunctionRef<bool(Row&)> visitor) {
    check_transaction(sql);
    const SqliteStatementCache::Lease lease = statements_->take(sql);
    bind(lease.statement(), parameters, sql);
    note_statement();
    while (step(lease.statement(), sql)) {
        SqliteRow row(lease.statement());
        if (!visitor(row)) return;
    }
}

void SqliteConnection::script(std::string_view sql) {
    check_transaction(sql);
    std::string_view rest = sql;
    while (!rest.empty()) {
        sqlite3_stmt* prepared = nullptr;
        const char* tail = nullptr;
        const int code =
            sqlite3_prepare_v2(database_.get(), rest.data(), static_cast<int>(rest.size()), &prepared, &tail);
        const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared,
                                                                                   &sqlite3_finalize);
        if (code != SQLITE_OK) throw_sqlite_error(database_.get(), code, rest);
        const std::string_view text = rest.substr(0, static_cast<std::size_t>(tail - rest.data()));
        rest.remove_prefix(text.size());
        if (prepared == nullptr) continue;  // white space or a comment
        note_statement();
        while (step(prepared, text)) {
        }
    }
}

Memo& SqliteConnection::memo() {
    if (memo_is_current_) return memo_;
    // Another number for each commit of another connection that this snapshot sees.
    const SqliteStatementCache::Lease lease = statements_->take(data_version_sql);
    step(lease.statement(), data_version_sql);
    const int version = sqlite3_column_int(lease.statement(), 0);
    if (version != memo_version_) memo_.clear();
    memo_version_ = version;
    memo_is_current_ = in_transaction_;
    return memo_;
}

std::int64_t SqliteConnection::format_version() {
    return integer(format_version_sql).value_or(0);
}

void SqliteConnection::set_format_version(std::int64_t version) {
    if (version < 0 || version > std::numeric_limits<std::int32_t>::max()) {
        throw StorageError(StorageError::Kind::other, "a format version is a positive number of 32 bits");
    }
    script("PRAGMA user_version=" + std::to_string(version));  // a pragma takes no parameter
}

void SqliteConnection::check_transaction(std::string_view sql) const {
    // A full disk or an I/O error ends a transaction by itself. Whoever swallowed that error must not go on
    // in autocommit mode, each statement a transaction of its own.
    if (in_transaction_ && sqlite3_get_autocommit(database_.get()) != 0) {
        throw StorageError(
            StorageError::Kind::unavailable,
            "the transaction was rolled back by an earlier error, before: " + std::string(sql));
    }
}

void SqliteConnection::bind(sqlite3_stmt* statement, std::span<const Parameter> parameters,
                            std::string_view sql) {
    const auto expected = static_cast<std::size_t>(sqlite3_bind_parameter_count(statement));
    if (parameters.size() != expected) {
        throw StorageError(StorageError::Kind::other, std::to_string(parameters.size()) + " parameters for " +
                                                          std::to_string(expected) +
                                                          " in: " + std::string(sql));
    }
    int index = 0;
    for (const Parameter& parameter : parameters) {
        const int code = bind_value(statement, ++index, parameter.value());
        if (code != SQLITE_OK) throw_sqlite_error(database_.get(), code, sql);
    }
}

bool SqliteConnection::step(sqlite3_stmt* statement, std::string_view sql) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    throw_sqlite_error(database_.get(), code, sql);
}

void SqliteConnection::control(std::string_view sql) {
    const SqliteStatementCache::Lease lease = statements_->take(sql);
    step(lease.statement(), sql);
}

void SqliteConnection::note_statement() noexcept {
    if (role_ == Role::writer) memo_.clear();  // of its own writes data_version says nothing
    ++statements_run_;
    statements_run_total_.fetch_add(1, std::memory_order_relaxed);
}

SqliteConnection::Transaction::Transaction(SqliteConnection& connection, std::string_view begin_sql)
    : connection_(connection) {
    connection_.control(begin_sql);
    connection_.in_transaction_ = true;
    connection_.memo_is_current_ = false;
    if (connection_.role_ == Role::writer) connection_.memo_.clear();  // of a rollback neither
}

SqliteConnection::Transaction::~Transaction() {
    connection_.memo_is_current_ = false;
    if (!connection_.in_transaction_) return;
    connection_.in_transaction_ = false;
    if (sqlite3_get_autocommit(connection_.database_.get()) != 0) return;  // SQLite did it by itself
    try {
        connection_.control(rollback_sql);
    } catch (const std::exception&) {
        // An I/O error: SQLite has left the transaction all the same.
    }
}

void SqliteConnection::Transaction::commit() {
    connection_.check_transaction(commit_sql);
    connection_.control(commit_sql);
    connection_.in_transaction_ = false;
}

}  // namespace fieldsync::server::storage
