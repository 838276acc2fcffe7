// Brings a database to the form this program needs: the schema's tables, with a column for every stored
// field, and the server's own. Run at every start, in one transaction; does nothing where nothing is missing.
#pragma once

#include <cstdint>

#include "fieldsync/schema/schema.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server {

// The number of the database's format; numbered migrations raise it. Fields the schema gained are not
// migrations.
inline constexpr std::int64_t kFormatVersion = 4;

void prepare_tables(storage::Connection& connection, const schema::Schema& schema);

}  // namespace fieldsync::server
