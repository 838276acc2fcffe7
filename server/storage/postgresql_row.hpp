// A row of an answer, in libpq's binary format. Used by postgresql_connection.cpp only; lives on its stack
// during a visit.
#pragma once

#include <libpq-fe.h>

#include "storage/connection.hpp"

namespace fieldsync::server::storage {

// Types by their object identifier (pg_type.dat), those that our SQL meets.
namespace postgresql_type {
inline constexpr Oid boolean = 16, bytes = 17, name = 19, int8 = 20, int2 = 21, int4 = 23, text = 25,
                     unknown = 705, varchar = 1043;
}

class PostgresqlRow final : public Row {
  public:
    // Both outlive it.
    PostgresqlRow(const PGresult* result, int row, std::string_view sql)
        : result_(result), row_(row), sql_(sql) {}

    bool null(int column) const override;
    std::int64_t integer(int column) const override;
    std::string_view text(int column) const override;
    std::span<const std::byte> blob(int column) const override;
    int columns() const override { return PQnfields(result_); }

  private:
    [[noreturn]] void refuse(int column, const std::string& why) const;
    Oid type_of(int column) const;
    std::string_view bytes_of(int column) const;

    const PGresult* result_;
    int row_;
    std::string_view sql_;
};

}  // namespace fieldsync::server::storage
