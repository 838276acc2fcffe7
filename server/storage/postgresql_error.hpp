// What PostgreSQL says went wrong, as a StorageError.
#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "storage/errors.hpp"

namespace fieldsync::server::storage {

// By SQLSTATE (PostgreSQL's documentation, appendix A).
StorageError::Kind kind_of_sqlstate(std::string_view sqlstate) noexcept;

// The message is PostgreSQL's first line, without the detail: that holds values.
[[noreturn]] void throw_postgresql_error(const PGconn* connection, const PGresult* result,
                                         std::string_view sql);

}  // namespace fieldsync::server::storage
