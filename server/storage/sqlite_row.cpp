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

SqliteRow::SqliteRow(sqlite3_stmt* statement)
    : statement_(statement), columns_(sqlite3_data_count(statement)) {}

bool SqliteRow::null(int column) const {
    return sqlite3_value_type(value_at(column)) == SQLITE_NULL;
}

std::int64_t SqliteRow::integer(int column) const {
    return sqlite3_value_int64(value_at(column, SQLITE_INTEGER));
}

std::string_view SqliteRow::text(int column) const {
    sqlite3_value* value = value_at(column, SQLITE_TEXT);
    const void* data = sqlite3_value_text(value);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::span<const std::byte> SqliteRow::blob(int column) const {
    sqlite3_value* value = value_at(column, SQLITE_BLOB);
    const void* data = sqlite3_value_blob(value);  // a null pointer when empty
    return {static_cast<const std::byte*>(data), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// sqlite3_column_text() and the like would look the value up again for each thing asked of it. The value is not
// protected by SQLite's mutex, which these connections do not have.
sqlite3_value* SqliteRow::value_at(int column) const {
    if (column == looked_up_) return value_;
    if (column < 0 || column >= columns_) refuse(statement_, column, "does not exist");
    value_ = sqlite3_column_value(statement_, column);
    looked_up_ = column;
    return value_;
}

sqlite3_value* SqliteRow::value_at(int column, int type) const {
    sqlite3_value* value = value_at(column);
    const int actual = sqlite3_value_type(value);
    if (actual == type) return value;
    refuse(statement_, column, std::string("is ") + type_name(actual) + ", read as " + type_name(type));
}

}  // namespace fieldsync::server::storage
