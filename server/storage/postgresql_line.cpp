#include "storage/postgresql_line.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "storage/postgresql_error.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr int kBinary = 1;

using Clock = std::chrono::steady_clock;

// False when it did not come in time.
bool wait_for_input(const PGconn* connection, bool has_limit, Clock::time_point give_up_at) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up_at - Clock::now()).count();
        if (has_limit && left <= 0) return false;
        pollfd waited{PQsocket(connection), POLLIN, 0};
        if (::poll(&waited, 1, has_limit ? static_cast<int>(left) : -1) > 0) return true;
    }
}

}  // namespace

PostgresqlResult PostgresqlLine::run(const std::string& sql) {
    sent(PQsendQuery(connection_.get(), sql.c_str()), sql);
    return answer(sql);
}

std::size_t PostgresqlLine::script(const std::string& sql) {
    sent(PQsendQuery(connection_.get(), sql.c_str()), sql);
    std::size_t statements = 0;
    PostgresqlResult failed;
    while (PostgresqlResult result = next_answer()) {
        if (PQresultStatus(result.get()) == PGRES_EMPTY_QUERY) continue;
        if (succeeded(result))
            ++statements;
        else
            failed = std::move(result);
    }
    if (failed) throw_postgresql_error(connection_.get(), failed.get(), sql);
    return statements;
}

void PostgresqlLine::prepare(const std::string& name, const std::string& sql, const std::vector<Oid>& types) {
    sent(PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), static_cast<int>(types.size()),
                       types.data()),
         sql);
    answer(sql);
}

PostgresqlResult PostgresqlLine::describe(const std::string& name) {
    sent(PQsendDescribePrepared(connection_.get(), name.c_str()), name);
    return answer(name);
}

PostgresqlResult PostgresqlLine::execute(const std::string& name, const Bound& parameters,
                                         std::string_view sql) {
    sent(PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.count, parameters.values,
                             parameters.lengths, parameters.formats, kBinary),
         sql);
    return answer(sql);
}

void PostgresqlLine::sent(int ok, std::string_view sql) {
    give_up_at_ = Clock::now() + answer_;
    if (ok == 0) throw_postgresql_error(connection_.get(), nullptr, sql);
}

// The last of them, as PQexec has it: several statements end with the one that failed.
PostgresqlResult PostgresqlLine::answer(std::string_view sql) {
    PostgresqlResult last;
    while (PostgresqlResult next = next_answer()) last = std::move(next);
    if (!last || !succeeded(last)) throw_postgresql_error(connection_.get(), last.get(), sql);
    return last;
}

PostgresqlResult PostgresqlLine::next_answer() {
    PGconn* const connection = connection_.get();
    while (PQisBusy(connection) != 0) {
        // Of a socket that is shut down libpq finds that the server has closed it.
        if (!wait_for_input(connection, answer_.count() > 0, give_up_at_))
            ::shutdown(PQsocket(connection), SHUT_RDWR);
        if (PQconsumeInput(connection) == 0) break;
    }
    return PostgresqlResult(PQgetResult(connection));
}

}  // namespace fieldsync::server::storage
