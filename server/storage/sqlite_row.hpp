// The row a SQLite statement stands on. Used by sqlite_connection.cpp only; lives on its stack during a
// visit.
#pragma once

#include "storage/connection.hpp"

struct sqlite3_stmt;
struct sqlite3_value;

namespace fieldsync::server::storage {

class SqliteRow final : public Row {
  public:
    explicit SqliteRow(sqlite3_stmt* statement);

    bool null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view text(int column) const override;
    std::span<const std::byte> blob(int column) const override;
    int columns() const override { return columns_; }

  private:
    sqlite3_value* value_at(int column) const;
    sqlite3_value* value_at(int column, int type) const;

    sqlite3_stmt* statement_;
    int columns_;
    // The last one looked up: whether it is NULL is asked before its value.
    mutable int looked_up_ = -1;
    mutable sqlite3_value* value_ = nullptr;
};

}  // namespace fieldsync::server::storage
