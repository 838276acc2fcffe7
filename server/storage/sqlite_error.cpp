#include "storage/sqlite_error.hpp"

#include <sqlite3.h>

#include <string>

#include "storage/errors.hpp"

namespace fieldsync::server::storage {
namespace {

StorageError::Kind kind_of(int code) {
    switch (code & 0xff) {  // the low byte is the class, the rest the detail
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return StorageError::Kind::busy;
        case SQLITE_CONSTRAINT:
            return StorageError::Kind::constraint;
        case SQLITE_FULL:
            return StorageError::Kind::full;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return StorageError::Kind::corrupt;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_READONLY:
        case SQLITE_PROTOCOL:
            return StorageError::Kind::unavailable;
        default:
            return StorageError::Kind::other;
    }
}

}  // namespace

void throw_sqlite_error(sqlite3* database, int code, std::string_view sql) {
    std::string message = "sqlite: ";
    message += database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    message += " (code " + std::to_string(code) + ") in: ";
    message += sql;
    throw StorageError(kind_of(code), message);
}

}  // namespace fieldsync::server::storage
