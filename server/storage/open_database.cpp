#include "storage/open_database.hpp"

#include "storage/errors.hpp"
#include "storage/postgresql_database.hpp"
#include "storage/sqlite_database.hpp"

namespace fieldsync::server::storage {

std::unique_ptr<Database> open_database(const std::string& uri, const OpenOptions& options) {
    constexpr std::string_view kSqlite = "sqlite:";
    if (uri.starts_with(kSqlite)) {
        SqliteOptions sqlite;
        sqlite.path = uri.substr(kSqlite.size());
        sqlite.create = options.create;
        sqlite.format_version = options.format_version;
        return open_sqlite(sqlite);
    }
    if (uri.starts_with("postgresql://") || uri.starts_with("postgres://")) {
        PostgresqlOptions postgresql;
        postgresql.uri = uri;
        postgresql.format_version = options.format_version;
        postgresql.monotonic_us = options.monotonic_us;
        return open_postgresql(postgresql);
    }
    throw StorageError(StorageError::Kind::other,
                       "cannot use this database: sqlite:PATH and postgresql://… are served");
}

}  // namespace fieldsync::server::storage
