// A database by what an operator calls it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "storage/database.hpp"

namespace fieldsync::server::storage {

struct OpenOptions {
    std::int64_t format_version = 0;               // the newest format this program knows
    bool create = true;                            // SQLite: false makes a file that does not exist an error
    std::function<std::int64_t()> monotonic_us{};  // PostgreSQL, optional: see PostgresqlReach
};

// `uri`: "sqlite:PATH", or "postgresql://…" (also "postgres://…"). Throws StorageError: as open_sqlite and
// open_postgresql do, or other for a URI of another kind. No message
// holds a password.
std::unique_ptr<Database> open_database(const std::string& uri, const OpenOptions& options);

}  // namespace fieldsync::server::storage
