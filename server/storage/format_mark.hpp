// What marks an empty database as ours, with its format: the statements that opening one runs, and that
// `fieldsync-server schema` prints.
#pragma once

#include <cstdint>
#include <string>

#include "storage/connection.hpp"

namespace fieldsync::server::storage {

// In the header of SQLite's file: "fsyn".
inline constexpr std::int64_t sqlite_application_id = 0x6673796e;

// PostgreSQL keeps the format in a table of its own.
inline constexpr const char* postgresql_format_table = "fieldsync_format";
// Which transactions of which connection were committed (PostgresqlPool).
inline constexpr const char* postgresql_commit_table = "fieldsync_commit";

std::string format_mark_sql(Dialect dialect, std::int64_t format_version);

}  // namespace fieldsync::server::storage
