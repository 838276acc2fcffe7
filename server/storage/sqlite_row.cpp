#include "storage/sqlite_row.hpp"

#include <sqlite3.h>

#include <string>

#include "storage/errors.hpp"

namespace fieldsync::server::storage {
namespace {

const char* type_name(int type) {
    switch (type) {
        case SQLITE_INTEGER:
            return "an integer";
        case SQLITE_FLOAT:
            return "a float";
        case SQLITE_TEXT:
            return "text";
        case SQLITE_BLOB:
            return "a blob";
        default:
            return "NULL";
    }
}

[[noreturn]] void refuse(sqlite3_stmt* statement, int column, const std::string& why) {
    throw StorageError(StorageError::Kind::other,
                       "column " + std::to_string(column) + " " + why + " in: " + sqlite3_sql(statement));
}

}  // namespace

int SqliteRow::columns() const {
    return sqlite3_data_count(statement_);
}

bool SqliteRow::null(int column) const {
    check_column(column);
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t SqliteRow::integer(int column) const {
    check_type(column, SQLITE_INTEGER);
    return sqlite3_column_int64(statement_, column);
}

std::string_view SqliteRow::text(int column) const {
    check_type(column, SQLITE_TEXT);
    const void* data = sqlite3_column_text(statement_, column);
    return {static_cast<const char*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::byte> SqliteRow::blob(int column) const {
    check_type(column, SQLITE_BLOB);
    const void* data = sqlite3_column_blob(statement_, column);  // a null pointer when empty
    return {static_cast<const std::byte*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void SqliteRow::check_column(int column) const {
    if (column < 0 || column >= columns()) refuse(statement_, column, "does not exist");
}

void SqliteRow::check_type(int column, int type) const {
    check_column(column);
    const int actual = sqlite3_column_type(statement_, column);
    if (actual == type) return;
    refuse(statement_, column, std::string("is ") + type_name(actual) + ", read as " + type_name(type));
}

}  // namespace fieldsync::server::storage
