// Connecting to PostgreSQL, as all connections of ours do.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

namespace fieldsync::server::storage {

struct FinishConnection {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using PostgresqlHandle = std::unique_ptr<PGconn, FinishConnection>;

// With time limits and keep-alives, where the URI does not say otherwise. Throws StorageError: unavailable, or
// other when the URI cannot be read, the server is too
// old or the database is not in UTF8. Its words hold no password.
PostgresqlHandle connect_postgresql(const std::string& uri);

// The same, given up (unavailable) as soon as the file `stop` can be read.
PostgresqlHandle connect_postgresql(const std::string& uri, int stop);

}  // namespace fieldsync::server::storage
