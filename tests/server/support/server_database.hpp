// The database of a server in a test. Every server test runs on both kinds: ctest runs it again with
// FIELDSYNC_TEST_STORAGE set to "postgresql".
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "storage/database.hpp"
#include "support/postgresql.hpp"

namespace fieldsync::testing {

class ServerDatabase {
  public:
    // SQLite: fieldsync.db in the directory. PostgreSQL: a schema of its own, dropped at the end.
    explicit ServerDatabase(const std::filesystem::path& directory);

    // As --database takes it.
    [[nodiscard]] const std::string& uri() const { return uri_; }

    // Keeps it as it is now; puts that back. Nobody has it open meanwhile.
    void back_up() const;
    void restore() const;

    // As the program opens it; the tables are not there yet.
    [[nodiscard]] std::unique_ptr<server::storage::Database> open() const;
    // With today's tables.
    [[nodiscard]] std::unique_ptr<server::storage::Database> open_prepared() const;

  private:
    std::filesystem::path directory_;
    std::unique_ptr<PostgresqlSchema> schema_;  // null: SQLite
    std::string uri_;
};

}  // namespace fieldsync::testing
