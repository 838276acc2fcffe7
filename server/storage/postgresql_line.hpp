// The line to a PostgreSQL server: libpq's calls, each with its answer. An answer that does not come in time (the
// server hangs, or the network swallows what is sent) breaks the line, so that nobody waits for ever.
//
// Owned by its PostgresqlConnection. One thread at a time. Every function throws StorageError.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/postgresql_connect.hpp"
#include "storage/postgresql_result.hpp"

namespace fieldsync::server::storage {

class PostgresqlLine {
  public:
    explicit PostgresqlLine(PostgresqlHandle connection) : connection_(std::move(connection)) {}

    // From now on, for the next piece of an answer; 0: as long as it takes.
    void wait_at_most(std::chrono::milliseconds answer) { answer_ = answer; }

    [[nodiscard]] bool is_broken() const { return PQstatus(connection_.get()) != CONNECTION_OK; }
    [[nodiscard]] bool has_failed() const {
        return PQtransactionStatus(connection_.get()) == PQTRANS_INERROR;
    }

    // One statement or several without parameters; the answer of the last.
    PostgresqlResult run(const std::string& sql);
    // A text as SQL has it.
    [[nodiscard]] std::string literal(std::string_view text) const;
    // The same; how many statements there were.
    std::size_t script(const std::string& sql);

    void prepare(const std::string& name, const std::string& sql, const std::vector<Oid>& types);
    PostgresqlResult describe(const std::string& name);

    struct Bound {
        int count;
        const char* const* values;
        const int *lengths, *formats;
    };
    // `sql` is for the error. The answer is in binary.
    PostgresqlResult execute(const std::string& name, const Bound& parameters, std::string_view sql);

    // Sent off together with what comes next; what was wrong is thrown there.
    void post(const std::string& name, const Bound& parameters, std::string_view sql);
    // All that was posted is done.
    void settle();

    [[nodiscard]] PGconn* get() const { return connection_.get(); }

  private:
    void sent(int ok, std::string_view sql) const;
    void send(const std::string& name, const Bound& parameters, std::string_view sql) const;
    PostgresqlResult end_pipeline();
    PostgresqlResult next_answer();
    PostgresqlResult answer(std::string_view sql);

    PostgresqlHandle connection_;
    std::chrono::milliseconds answer_{0};
    std::vector<std::string> posted_;  // their SQL; libpq is in pipeline mode while there are any
};

}  // namespace fieldsync::server::storage
