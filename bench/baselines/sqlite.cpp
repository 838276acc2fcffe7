#include "baselines/sqlite.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace fieldsync::bench {
namespace {

void check(int code, sqlite3* database) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database));
}

sqlite3* open_database(const std::filesystem::path& path) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code == SQLITE_OK) return opened;
    sqlite3_close(opened);
    throw std::runtime_error("SQLite cannot open " + path.string());
}

struct Bind {
    sqlite3_stmt* statement;
    int index;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
    int operator()(const std::string& text) const {
        return sqlite3_bind_text64(statement, index, text.data(), text.size(), nullptr, SQLITE_UTF8);
    }
    int operator()(const SqliteBlob& blob) const {
        return sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(), nullptr);
    }
};

}  // namespace

void copy_sqlite(const std::filesystem::path& from, const std::filesystem::path& to) {
    sqlite3* source = open_database(from);
    sqlite3* target = open_database(to);
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
    const bool is_copied = backup != nullptr && sqlite3_backup_step(backup, -1) == SQLITE_DONE;
    sqlite3_backup_finish(backup);
    sqlite3_close(target);
    sqlite3_close(source);
    if (!is_copied) throw std::runtime_error("SQLite cannot copy " + from.string());
}

RawSqlite::RawSqlite(const std::filesystem::path& database) {
    copy_sqlite(database, directory_.path() / "raw.db");
    database_ = open_database(directory_.path() / "raw.db");
    // As server/storage/sqlite_connection.cpp.
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA foreign_keys=ON");
    execute("PRAGMA temp_store=MEMORY");
    execute("PRAGMA cache_size=-16384");
    execute("PRAGMA journal_size_limit=67108864");
    execute("PRAGMA wal_autocheckpoint=4096");
}

RawSqlite::~RawSqlite() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(database_);
}

void RawSqlite::execute(const char* sql) {
    check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), database_);
}

sqlite3_stmt* RawSqlite::prepared(const std::string& sql) {
    const auto [at, is_new] = statements_.try_emplace(sql, nullptr);
    if (is_new)
        check(sqlite3_prepare_v3(database_, sql.c_str(), static_cast<int>(sql.size()),
                                 SQLITE_PREPARE_PERSISTENT, &at->second, nullptr),
              database_);
    return at->second;
}

void RawSqlite::run(const SqliteGroup& group) {
    execute("BEGIN IMMEDIATE");
    for (const SqliteWrite& write : group) {
        sqlite3_stmt* statement = prepared(write.sql);
        int index = 0;
        for (const SqliteValue& value : write.parameters)
            check(std::visit(Bind{statement, ++index}, value), database_);
        int code = SQLITE_ROW;
        while (code == SQLITE_ROW) code = sqlite3_step(statement);
        check(code, database_);
        sqlite3_reset(statement);
    }
    execute("COMMIT");
}

std::size_t RawSqlite::read_all(const std::string& sql) {
    sqlite3_stmt* statement = prepared(sql);
    std::size_t rows = 0, bytes = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        ++rows;
        for (int column = 0; column < sqlite3_column_count(statement); ++column)
            if (sqlite3_column_blob(statement, column) != nullptr)
                bytes += static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    }
    sqlite3_reset(statement);
    return bytes == 0 ? 0 : rows;
}

}  // namespace fieldsync::bench
