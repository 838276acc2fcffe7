// SQLite itself, without a server: what writing a change-set's rows costs at the least. The statements that
// the server's writer runs are recorded, and run again here: the same rows, tables and indexes, in the same
// groups, on a copy of the same database, with the server's settings.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "support/fakes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace fieldsync::bench {

// A consistent copy of a database that may be open.
void copy_sqlite(const std::filesystem::path& from, const std::filesystem::path& to);

struct SqliteBlob {
    std::string bytes;
};
using SqliteValue = std::variant<std::monostate, std::int64_t, std::string, SqliteBlob>;

struct SqliteWrite {
    std::string sql;
    std::vector<SqliteValue> parameters;
};
using SqliteGroup = std::vector<SqliteWrite>;  // one transaction

// What statements that write, on any thread, do until `work` returns, by transaction. No savepoints: they are
// not needed to write rows.
std::vector<SqliteGroup> record_sqlite(const std::function<void()>& work);

class RawSqlite {
  public:
    // Of a copy of this database.
    explicit RawSqlite(const std::filesystem::path& database);
    ~RawSqlite();
    RawSqlite(const RawSqlite&) = delete;
    RawSqlite& operator=(const RawSqlite&) = delete;

    // One durable transaction.
    void run(const SqliteGroup& group);
    // Every column of every row; returns how many rows.
    std::size_t read_all(const std::string& sql);

  private:
    sqlite3_stmt* prepared(const std::string& sql);
    void execute(const char* sql);

    testing::TempDir directory_;
    sqlite3* database_ = nullptr;
    std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace fieldsync::bench
