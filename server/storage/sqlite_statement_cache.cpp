#include "storage/sqlite_statement_cache.hpp"

#include <sqlite3.h>

#include "storage/errors.hpp"
#include "storage/sqlite_error.hpp"

namespace fieldsync::server::storage {

SqliteStatementCache::SqliteStatementCache(sqlite3* database, std::size_t statements_max)
    : database_(database), statements_max_(statements_max) {}

SqliteStatementCache::~SqliteStatementCache() {
    for (auto& [sql, entry] : entries_) {
        for (sqlite3_stmt* statement : entry.idle) sqlite3_finalize(statement);
    }
}

SqliteStatementCache::Lease::~Lease() {
    sqlite3_reset(statement_);           // repeats the error of the last step, which was thrown already
    sqlite3_clear_bindings(statement_);  // they point into the caller's parameters
    entry_.idle.push_back(statement_);   // take() reserved the room
    --entry_.lent;
}

SqliteStatementCache::Lease SqliteStatementCache::take(std::string_view sql) {
    auto found = entries_.find(sql);
    if (found == entries_.end()) {
        sqlite3_stmt* statement = prepare(sql);
        try {
            make_room();
            found = entries_.try_emplace(std::string(sql)).first;
            found->second.idle.push_back(statement);
        } catch (...) {
            sqlite3_finalize(statement);
            throw;
        }
    }
    Entry& entry = found->second;
    entry.last_use = ++uses_;
    if (entry.idle.empty()) {
        entry.idle.reserve(entry.lent + 1);
        entry.idle.push_back(prepare(sql));
    }
    sqlite3_stmt* statement = entry.idle.back();
    entry.idle.pop_back();
    ++entry.lent;
    return Lease(entry, statement);
}

sqlite3_stmt* SqliteStatementCache::prepare(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &tail);
    if (code != SQLITE_OK) throw_sqlite_error(database_, code, sql);
    const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    if (statement == nullptr || rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        sqlite3_finalize(statement);
        throw StorageError(StorageError::Kind::other, "not exactly one statement: " + std::string(sql));
    }
    return statement;
}

void SqliteStatementCache::make_room() {
    if (entries_.size() < statements_max_) return;
    // A scan: it runs only after a prepare, which costs far more.
    auto oldest = entries_.end();
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        if (entry->second.lent > 0) continue;
        if (oldest == entries_.end() || entry->second.last_use < oldest->second.last_use) oldest = entry;
    }
    if (oldest == entries_.end()) return;
    for (sqlite3_stmt* statement : oldest->second.idle) sqlite3_finalize(statement);
    entries_.erase(oldest);
}

}  // namespace fieldsync::server::storage
