// The database of a server in a test. Every server test runs on both kinds: ctest runs it again with
// FIELDSYNC_TEST_STORAGE set to "postgresql".
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "storage/database.hpp"
#include "support/postgresql.hpp"

namespace fieldsync::testing {

// The kind that this run of a test is about.
server::storage::Dialect tested_storage();

class ServerDatabase {
  public:
    // SQLite: fieldsync.db in the directory. PostgreSQL: a schema of its own, dropped at the end.
    explicit ServerDatabase(const std::filesystem::path& directory,
                            server::storage::Dialect kind = tested_storage());

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
