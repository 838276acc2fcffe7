// The SQLite implementation of Database: one file in WAL mode with synchronous=FULL, one writer connection,
// and readers opened as they are needed. Other processes may open the same file at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "storage/database.hpp"
#include "storage/limits.hpp"

namespace fieldsync::server::storage {

struct SqliteOptions {
    std::filesystem::path path;
    bool create = true;               // false: a file that does not exist is an error
    std::int64_t format_version = 0;  // the newest format this program knows
    int busy_timeout_ms = limits::busy_timeout_ms;
    std::size_t readers_max = limits::readers_max;
};

// Throws StorageError: unavailable (cannot be opened), newer_database, corrupt, or other when the file is a
// SQLite database of another program.
std::unique_ptr<Database> open_sqlite(const SqliteOptions& options);

}  // namespace fieldsync::server::storage
