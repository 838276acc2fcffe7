// The PostgreSQL server that `./dev test` starts for the tests.
#pragma once

#include <string>

namespace fieldsync::testing {

// An empty schema in it, dropped with everything in it at the end.
class PostgresqlSchema {
  public:
    // Throws std::runtime_error where no server was started: FIELDSYNC_TEST_POSTGRESQL is its URI.
    PostgresqlSchema();
    ~PostgresqlSchema();
    PostgresqlSchema(const PostgresqlSchema&) = delete;
    PostgresqlSchema& operator=(const PostgresqlSchema&) = delete;

    // Keeps all rows as they are now; puts them back.
    void back_up() const;
    void restore() const;

    // Several statements in it, by nothing but libpq.
    void run(const std::string& sql) const;

    // Of a connection that works in the schema.
    [[nodiscard]] const std::string& uri() const { return uri_; }

  private:
    std::string name_, uri_;
};

// A server of one's own, for tests that end it.
class PostgresqlServer {
  public:
    PostgresqlServer();  // throws std::runtime_error
    ~PostgresqlServer();
    PostgresqlServer(const PostgresqlServer&) = delete;
    PostgresqlServer& operator=(const PostgresqlServer&) = delete;

    [[nodiscard]] const std::string& uri() const { return uri_; }
    // As after a crash.
    void restart() const;

  private:
    std::string directory_, uri_;
};

}  // namespace fieldsync::testing
