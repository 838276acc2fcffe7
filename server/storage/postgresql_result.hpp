// libpq's answers, owned.
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace fieldsync::server::storage {

struct ClearResult {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using PostgresqlResult = std::unique_ptr<PGresult, ClearResult>;

inline bool succeeded(const PostgresqlResult& result) noexcept {
    const ExecStatusType status = PQresultStatus(result.get());
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace fieldsync::server::storage
