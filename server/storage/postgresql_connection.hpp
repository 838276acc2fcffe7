// One PostgreSQL connection and its transaction. Made and owned by PostgresqlDatabase, which lends it to one
// thread at a time; nobody else sees this type. Answers are read whole before the first row is visited, so that
// a visitor may run other statements.
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/connection.hpp"
#include "storage/postgresql_database.hpp"
#include "storage/postgresql_line.hpp"
#include "storage/postgresql_result.hpp"
#include "storage/postgresql_statement_cache.hpp"

namespace fieldsync::server::storage {

// Throws StorageError (newer_database).
void refuse_newer_format(std::int64_t stored, std::int64_t known);

class PostgresqlConnection final : public Connection {
  public:
    enum class Role { writer, reader };

    // Connects. Both atomics are the database's and outlive the connection: the statements run by all, and how
    // often tables were changed. Throws StorageError.
    PostgresqlConnection(const PostgresqlOptions& options, Role role,
                         std::atomic<std::uint64_t>& statements_run,
                         std::atomic<std::uint64_t>& tables_changed);

    // The server is gone, or has closed it: to be thrown away.
    [[nodiscard]] bool is_broken() const { return line_.is_broken(); }

    // A writer's transaction, by its connection's name and its number there.
    struct Mark {
        std::string writer;
        std::int64_t transaction = 0;
    };
    // Of another connection's, once it has ended, however it did; waits for that.
    bool has_committed(const Mark& mark);

    struct Begin {
        const char* sql;  // one round trip; a reader's last statement names the state that it reads
        bool leaves_mark = false;
        bool takes_its_time = false;  // no answer is waited for too long
    };

    // Rolls back when its scope ends without commit().
    class Transaction {
      public:
        Transaction(PostgresqlConnection& connection, const Begin& begin);
        ~Transaction();
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        // For whoever loses the answer to its commit; nothing where it leaves none.
        [[nodiscard]] const std::optional<Mark>& mark() const { return mark_; }
        void commit();

      private:
        void roll_back() noexcept;

        PostgresqlConnection& connection_;
        std::optional<Mark> mark_;
        bool is_open_ = true;
    };

    void script(std::string_view sql) override;
    void settle() override { line_.settle(); }
    Memo& memo() override { return memo_; }
    Dialect dialect() const noexcept override { return Dialect::postgresql; }
    std::uint64_t statements_run() const noexcept override { return statements_run_; }
    std::int64_t format_version() override;
    void set_format_version(std::int64_t version) override;

  private:
    std::int64_t do_execute(std::string_view sql, std::span<const Parameter> parameters) override;
    void do_post(std::string_view sql, std::span<const Parameter> parameters) override;
    void do_query(std::string_view sql, std::span<const Parameter> parameters,
                  FunctionRef<bool(Row&)> visitor) override;

    void configure(const PostgresqlOptions& options);
    PostgresqlResult run(std::string_view sql, std::span<const Parameter> parameters);
    template <class Send>
    auto send(std::string_view sql, std::span<const Parameter> parameters, Send send);
    void begin_state(std::string state);
    void note_statement() noexcept;

    Role role_;
    PostgresqlLine line_;
    const std::chrono::milliseconds answer_wait_;
    const std::int64_t format_known_;
    Mark last_;  // of the transactions that left one
    std::optional<PostgresqlStatementCache> statements_;
    Memo memo_;
    std::string memo_state_;  // it was filled in; empty: of none that will come again
    std::uint64_t tables_seen_ = 0;
    std::uint64_t statements_run_ = 0;
    std::atomic<std::uint64_t>& statements_run_total_;
    std::atomic<std::uint64_t>& tables_changed_;
};

}  // namespace fieldsync::server::storage
