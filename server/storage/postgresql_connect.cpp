#include "storage/postgresql_connect.hpp"

#include <poll.h>

#include <array>
#include <string_view>
#include <utility>

#include "storage/errors.hpp"
#include "storage/limits.hpp"
#include "storage/postgresql_error.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr int kVersionMin = 130'000;  // pg_current_snapshot

// libpq's words about a URI that it cannot read, or about a host or a database that is a piece of one, may hold the
// password, or a part of it: where characters are not percent-encoded that must be.
void check_uri(const std::string& uri) {
    const auto refuse = [](std::string_view why) {
        throw StorageError(StorageError::Kind::other,
                           "the database's URI cannot be read: " + std::string(why) +
                               " (postgresql://USER:PASSWORD@HOST:PORT/NAME?…, where of user and password"
                               " @ / ? # % and blanks are percent-encoded)");
    };
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> read(
        PQconninfoParse(uri.c_str(), nullptr), &PQconninfoFree);
    if (!read) refuse("its form is wrong");
    for (const PQconninfoOption* option = read.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        const std::string_view keyword = option->keyword, value = option->val;
        if (keyword == "port" && value.find_first_not_of("0123456789,") != std::string_view::npos)
            refuse("its port is no number");
        if ((keyword == "host" || keyword == "dbname") && value.find('@') != std::string_view::npos)
            refuse("its host or its database holds an @");
    }
}

// Hands libpq's parameters to `connect`: PQconnectdbParams, or the beginning of the same.
template <class Connect>
PostgresqlHandle with_parameters(const std::string& uri, Connect connect) {
    check_uri(uri);
    const std::string timeout = std::to_string(limits::connect_timeout_s);
    // Before the URI, which may say otherwise. A standby would be behind in what it reads.
    const char* const keywords[] = {
        "connect_timeout",  "keepalives_idle", "keepalives_interval",  "keepalives_count", "tcp_user_timeout",
        "application_name", "client_encoding", "target_session_attrs", "dbname",           nullptr};
    const char* const values[] = {timeout.c_str(),    "30",   "10",         "3",         "30000",
                                  "fieldsync-server", "UTF8", "read-write", uri.c_str(), nullptr};
    return PostgresqlHandle(connect(keywords, values, 1));
}

// Each step in time.
void go_on_connecting(PGconn* connection, int stop) {
    if (PQstatus(connection) == CONNECTION_BAD) return;
    for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED;
         next = PQconnectPoll(connection)) {
        const short wanted = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        std::array<pollfd, 2> waited{pollfd{PQsocket(connection), wanted, 0}, pollfd{stop, POLLIN, 0}};
        int ready = -1;
        while (ready < 0)  // a signal came
            ready = ::poll(waited.data(), waited.size(), 1'000 * limits::connect_timeout_s);
        if (ready == 0 || waited[1].revents != 0)
            throw StorageError(StorageError::Kind::unavailable, ready == 0
                                                                    ? "postgresql: no answer while connecting"
                                                                    : "postgresql: stopped while connecting");
    }
}

PostgresqlHandle checked(PostgresqlHandle connection) {
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

}  // namespace

PostgresqlHandle connect_postgresql(const std::string& uri) {
    return checked(with_parameters(uri, PQconnectdbParams));
}

PostgresqlHandle connect_postgresql(const std::string& uri, int stop) {
    PostgresqlHandle connection = with_parameters(uri, PQconnectStartParams);
    go_on_connecting(connection.get(), stop);
    return checked(std::move(connection));
}

}  // namespace fieldsync::server::storage
