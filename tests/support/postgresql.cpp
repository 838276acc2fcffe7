#include "support/postgresql.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace fieldsync::testing {
namespace {

std::string server_uri() {
    const char* const uri = std::getenv("FIELDSYNC_TEST_POSTGRESQL");
    if (uri == nullptr)
        throw std::runtime_error(
            "run tests by ./dev test, or set FIELDSYNC_TEST_POSTGRESQL to what "
            "tests/support/postgresql.sh start DIR prints");
    return uri;
}

void run_at(const std::string& uri, const std::string& sql) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(uri.c_str()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection.get(), ("SET client_min_messages = warning; " + sql).c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(sql + ": " + PQerrorMessage(connection.get()));
}

// What it prints on its last line.
std::string run_script(const std::string& command, const std::string& directory) {
    const std::string line = std::string(FIELDSYNC_POSTGRESQL_SH) + " " + command + " " + directory + " 2>&1";
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(line.c_str(), "r"), [](FILE*) { return 0; });
    std::string said;
    std::array<char, 4096> piece{};
    while (std::fgets(piece.data(), piece.size(), output.get()) != nullptr) said = piece.data();
    if (::pclose(output.get()) != 0) throw std::runtime_error(line + ": " + said);
    if (said.ends_with('\n')) said.pop_back();
    return said;
}

void run_on_server(const std::string& sql) {
    run_at(server_uri(), sql);
}

// `each`: a format of the table's name, which it may use several times.
std::string for_each_table(const std::string& schema, const std::string& each) {
    return "DO $$ DECLARE of_schema text; BEGIN FOR of_schema IN SELECT tablename FROM pg_tables"
           " WHERE schemaname = '" +
           schema + "' LOOP EXECUTE format('" + each + "', of_schema); END LOOP; END $$";
}

}  // namespace

PostgresqlSchema::PostgresqlSchema() {
    static std::atomic<int> schemas = 0;
    name_ = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++schemas);
    run_on_server("CREATE SCHEMA " + name_);
    uri_ = server_uri() + "&options=-csearch_path%3D" + name_;
}

PostgresqlSchema::~PostgresqlSchema() {
    try {
        run_on_server("DROP SCHEMA " + name_ + " CASCADE; DROP SCHEMA IF EXISTS " + name_ + "_kept CASCADE");
    } catch (const std::exception&) {
        // The server ends soon, with all schemas.
    }
}

void PostgresqlSchema::run(const std::string& sql) const {
    run_at(uri_, sql);
}

void PostgresqlSchema::back_up() const {
    const std::string kept = name_ + "_kept";
    run_on_server("DROP SCHEMA IF EXISTS " + kept + " CASCADE; CREATE SCHEMA " + kept + "; " +
                  for_each_table(name_, "CREATE TABLE " + kept + ".%1$I AS TABLE " + name_ + ".%1$I"));
}

void PostgresqlSchema::restore() const {
    run_on_server(for_each_table(name_, "TRUNCATE " + name_ + ".%1$I; INSERT INTO " + name_ +
                                            ".%1$I SELECT * FROM " + name_ + "_kept.%1$I"));
}

PostgresqlServer::PostgresqlServer() {
    std::string name = "/tmp/fieldsync-postgresql-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no directory can be made in /tmp");
    directory_ = name;
    uri_ = run_script("start", directory_);
}

PostgresqlServer::~PostgresqlServer() {
    try {
        run_script("stop", directory_);
    } catch (const std::exception&) {
        // It has ended by itself.
    }
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void PostgresqlServer::restart() const {
    run_script("restart", directory_);
}

}  // namespace fieldsync::testing
