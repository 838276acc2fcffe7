// One SQLite connection and its transaction. Made and owned by SqliteDatabase, which lends it to one thread
// at a time; nobody else sees this type.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "storage/connection.hpp"
#include "storage/sqlite_database.hpp"
#include "storage/sqlite_statement_cache.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace fieldsync::server::storage {

class SqliteConnection final : public Connection {
  public:
    enum class Role { writer, reader };

    // Opens the file; the writer creates it where the options say so. statements_run is the database's total
    // and outlives the connection. Throws StorageError.
    SqliteConnection(const SqliteOptions& options, Role role, std::atomic<std::uint64_t>& statements_run);
    ~SqliteConnection() override;

    // Sets what belongs to this connection (foreign keys, durability, caches). After the file was found to be
    // ours: journal_mode is written into it.
    void configure();

    // A transaction that rolls back when its scope ends without commit().
    class Transaction {
      public:
        Transaction(SqliteConnection& connection, std::string_view begin_sql);
        ~Transaction();
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        void commit();

      private:
        SqliteConnection& connection_;
    };

    void script(std::string_view sql) override;
    Memo& memo() override;
    Dialect dialect() const noexcept override { return Dialect::sqlite; }
    std::uint64_t statements_run() const noexcept override { return statements_run_; }
    std::int64_t format_version() override;
    void set_format_version(std::int64_t version) override;

  private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };

    std::int64_t do_execute(std::string_view sql, std::span<const Parameter> parameters) override;
    void do_query(std::string_view sql, std::span<const Parameter> parameters,
                  FunctionRef<bool(Row&)> visitor) override;

    void set_journal_mode();
    void check_transaction(std::string_view sql) const;
    void bind(sqlite3_stmt* statement, std::span<const Parameter> parameters, std::string_view sql);
    bool step(sqlite3_stmt* statement, std::string_view sql);
    void control(std::string_view sql);
    void note_statement() noexcept;

    Role role_;
    std::unique_ptr<sqlite3, Close> database_;
    std::optional<SqliteStatementCache> statements_;  // goes before the database it belongs to
    bool in_transaction_ = false;
    Memo memo_;
    int memo_version_ = 0;          // PRAGMA data_version when it was filled
    bool memo_is_current_ = false;  // looked at in this transaction
    std::uint64_t statements_run_ = 0;
    std::atomic<std::uint64_t>& statements_run_total_;
};

}  // namespace fieldsync::server::storage
