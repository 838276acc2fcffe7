// The PostgreSQL implementation of Database: connections opened as they are needed, for readers and writers
// apart, and given up when they break. Any number of servers may share one database.
//
// Where SQLite has one writer, here transactions of different businesses run beside each other; those of one
// take turns at the row of its head (write_path/change_log.hpp). A `write` alone (start-up, migrations, tools)
// waits until none of them runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "storage/database.hpp"
#include "storage/limits.hpp"

namespace fieldsync::server::storage {

struct PostgresqlOptions {
    std::string uri;                  // "postgresql://…", or keywords as libpq takes them
    std::int64_t format_version = 0;  // the newest format this program knows
    std::size_t readers_max = limits::readers_max;
    std::size_t writers_max = limits::writers_max;
    std::chrono::milliseconds statement_timeout{limits::statement_timeout_ms};
    std::chrono::milliseconds lock_timeout{limits::busy_timeout_ms};
    std::chrono::milliseconds answer_grace{limits::answer_grace_ms};
    std::chrono::milliseconds connection_wait{limits::connection_wait_ms};
    std::chrono::milliseconds outcome_wait{limits::outcome_wait_ms};  // of a commit
    std::function<std::int64_t()> monotonic_us;                       // PostgresqlReach
};

// Throws StorageError: unavailable (cannot be reached), newer_database, or other when the schema that the
// connection works in (current_schema) holds tables of another program.
std::unique_ptr<Database> open_postgresql(const PostgresqlOptions& options);

}  // namespace fieldsync::server::storage
