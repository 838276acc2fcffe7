// SQLite's result codes as StorageError. Used by the sqlite_*.cpp only.
#pragma once

#include <string_view>

struct sqlite3;

namespace fieldsync::server::storage {

// Throws the StorageError for what just failed on this connection.
[[noreturn]] void throw_sqlite_error(sqlite3* database, int code, std::string_view sql);

}  // namespace fieldsync::server::storage
