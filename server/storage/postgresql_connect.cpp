#include "storage/postgresql_connect.hpp"

#include <string_view>

#include "storage/errors.hpp"
#include "storage/postgresql_error.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr int kVersionMin = 130'000;  // pg_current_snapshot

}  // namespace

PostgresqlHandle connect_postgresql(const std::string& uri) {
    // Before the URI, which may say otherwise.
    const char* const keywords[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                                    "keepalives_count", "tcp_user_timeout", "application_name",
                                    "client_encoding",  "dbname",           nullptr};
    const char* const values[] = {"10",   "30",        "10",   "3", "30000", "fieldsync-server",
                                  "UTF8", uri.c_str(), nullptr};
    PostgresqlHandle connection(PQconnectdbParams(keywords, values, 1));
    if (PQstatus(connection.get()) != CONNECTION_OK)
        throw_postgresql_error(connection.get(), nullptr, "connecting");
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    if (PQserverVersion(connection.get()) < kVersionMin)
        throw StorageError(StorageError::Kind::other, "PostgreSQL 13 or newer is needed");
    const std::string_view encoding = PQparameterStatus(connection.get(), "server_encoding");
    if (encoding != "UTF8")
        throw StorageError(StorageError::Kind::other,
                           "the database's encoding is to be UTF8, not " + std::string(encoding));
    return connection;
}

}  // namespace fieldsync::server::storage
