// The row a SQLite statement stands on. Used by sqlite_connection.cpp only; lives on its stack during a
// visit.
#pragma once

#include "storage/connection.hpp"

struct sqlite3_stmt;

namespace fieldsync::server::storage {

class SqliteRow final : public Row {
  public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

    bool null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view text(int column) const override;
    std::span<const std::byte> blob(int column) const override;
    int columns() const override;

  private:
    void check_column(int column) const;
    void check_type(int column, int type) const;

    sqlite3_stmt* statement_;
};

}  // namespace fieldsync::server::storage
