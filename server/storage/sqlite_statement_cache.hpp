// The prepared statements of one SQLite connection, by their SQL text. A statement is out of the cache while
// it is in use, so a query whose visitor runs the same SQL gets a second one.
//
// Owned by its SqliteConnection, used by one thread at a time. Holds statements_max texts; the longest unused
// goes first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace fieldsync::server::storage {

class SqliteStatementCache {
  private:
    struct Entry {
        std::vector<sqlite3_stmt*> idle;
        std::size_t lent = 0;
        std::uint64_t last_use = 0;
    };

  public:
    SqliteStatementCache(sqlite3* database, std::size_t statements_max);
    ~SqliteStatementCache();
    SqliteStatementCache(const SqliteStatementCache&) = delete;
    SqliteStatementCache& operator=(const SqliteStatementCache&) = delete;

    // A statement in use: ready to be bound, reset and given back at the end of the scope.
    class Lease {
      public:
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        sqlite3_stmt* statement() const noexcept { return statement_; }

      private:
        friend SqliteStatementCache;
        Lease(Entry& entry, sqlite3_stmt* statement) : entry_(entry), statement_(statement) {}

        Entry& entry_;
        sqlite3_stmt* statement_;
    };

    // Throws StorageError when the SQL does not compile, or is not exactly one statement.
    Lease take(std::string_view sql);

  private:
    struct Hash {
        using is_transparent = void;
        // Texts are long and begin alike; length and end tell them apart.
        std::size_t operator()(std::string_view sql) const {
            constexpr std::size_t kEnd = 48;
            const std::string_view end = sql.substr(sql.size() - std::min(sql.size(), kEnd));
            return std::hash<std::string_view>()(end) + sql.size();
        }
    };

    sqlite3_stmt* prepare(std::string_view sql) const;
    void make_room();

    sqlite3* database_;
    std::size_t statements_max_;
    std::uint64_t uses_ = 0;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace fieldsync::server::storage
