#include "storage/postgresql_line.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>

#include "storage/limits.hpp"
#include "storage/postgresql_error.hpp"

namespace fieldsync::server::storage {
namespace {

constexpr int kBinary = 1;

// False when nothing came for so long; 0: whatever it takes.
bool wait_for_input(const PGconn* connection, std::chrono::milliseconds at_most) {
    pollfd waited{PQsocket(connection), POLLIN, 0};
    const int ready = ::poll(&waited, 1, at_most.count() > 0 ? static_cast<int>(at_most.count()) : -1);
    return ready != 0;  // or a signal came: whoever waits looks again
}

}  // namespace

PostgresqlResult PostgresqlLine::run(const std::string& sql) {
    settle();
    sent(PQsendQuery(connection_.get(), sql.c_str()), sql);
    return answer(sql);
}

std::string PostgresqlLine::literal(std::string_view text) const {
    const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
        PQescapeLiteral(connection_.get(), text.data(), text.size()), &PQfreemem);
    sent(quoted != nullptr, "a text");
    return quoted.get();
}

std::size_t PostgresqlLine::script(const std::string& sql) {
    settle();
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
    settle();
    sent(PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), static_cast<int>(types.size()),
                       types.data()),
         sql);
    answer(sql);
}

PostgresqlResult PostgresqlLine::describe(const std::string& name) {
    settle();
    sent(PQsendDescribePrepared(connection_.get(), name.c_str()), name);
    return answer(name);
}

PostgresqlResult PostgresqlLine::execute(const std::string& name, const Bound& parameters,
                                         std::string_view sql) {
    if (posted_.empty()) {
        send(name, parameters, sql);
        return answer(sql);
    }
    posted_.emplace_back(sql);
    send(name, parameters, sql);
    return end_pipeline();
}

void PostgresqlLine::post(const std::string& name, const Bound& parameters, std::string_view sql) {
    if (posted_.empty()) sent(PQenterPipelineMode(connection_.get()), sql);
    posted_.emplace_back(sql);
    send(name, parameters, sql);
    if (posted_.size() >= limits::posted_max) settle();
}

void PostgresqlLine::settle() {
    if (!posted_.empty()) end_pipeline();
}

// After one that failed, the server skips the others up to here. Answers end with a null pointer each, the
// pipeline's own does not.
PostgresqlResult PostgresqlLine::end_pipeline() {
    PGconn* const connection = connection_.get();
    const std::vector<std::string> posted = std::exchange(posted_, {});
    PostgresqlResult last, failed;
    std::size_t at = 0, failed_at = 0;
    const bool is_sent = PQpipelineSync(connection) != 0;
    while (is_sent) {
        PostgresqlResult next = next_answer();
        if (!next) {
            if (is_broken()) break;
            ++at;
            continue;
        }
        const ExecStatusType status = PQresultStatus(next.get());
        if (status == PGRES_PIPELINE_SYNC) break;
        if (status == PGRES_PIPELINE_ABORTED) continue;
        if (succeeded(next)) {
            last = std::move(next);
        } else if (!failed) {
            failed = std::move(next);
            failed_at = at;
        }
    }
    const bool is_over = PQexitPipelineMode(connection) != 0;
    if (failed || !last || !is_over)
        throw_postgresql_error(connection, failed.get(), posted[std::min(failed_at, posted.size() - 1)]);
    return last;
}

void PostgresqlLine::send(const std::string& name, const Bound& parameters, std::string_view sql) const {
    sent(PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.count, parameters.values,
                             parameters.lengths, parameters.formats, kBinary),
         sql);
}

void PostgresqlLine::sent(int ok, std::string_view sql) const {
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
        if (!wait_for_input(connection, answer_)) ::shutdown(PQsocket(connection), SHUT_RDWR);
        if (PQconsumeInput(connection) == 0) break;
    }
    return PostgresqlResult(PQgetResult(connection));
}

}  // namespace fieldsync::server::storage
