#include "migration/marker.hpp"

#include <stdexcept>

#include "records/values.hpp"

namespace fieldsync::server::migration {
namespace {

constexpr const char* kIsThereInSqlite =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
constexpr const char* kIsThereInPostgresql =
    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migration'";

}  // namespace

std::optional<std::string> read_marker(storage::Connection& connection) {
    const bool is_sqlite = connection.dialect() == storage::Dialect::sqlite;
    if (connection.integer(is_sqlite ? kIsThereInSqlite : kIsThereInPostgresql) == 0) return std::nullopt;
    std::string fingerprint;
    connection.query("SELECT fingerprint FROM migration", {},
                     [&](storage::Row& row) { fingerprint = read_bytes(row, 0); });
    return fingerprint;
}

void write_marker(storage::Connection& connection, const std::string& fingerprint) {
    const bool is_sqlite = connection.dialect() == storage::Dialect::sqlite;
    connection.script(std::string("CREATE TABLE migration (fingerprint ") + (is_sqlite ? "BLOB" : "BYTEA") +
                      " NOT NULL)");
    connection.execute("INSERT INTO migration VALUES (?1)", {storage::Blob(std::string_view(fingerprint))});
}

void remove_marker(storage::Connection& connection) {
    connection.script("DROP TABLE migration");
}

void refuse_half_migrated(storage::Connection& connection) {
    if (read_marker(connection))
        throw std::runtime_error(
            "an installation is being moved into this database, and not all of it is here: run migrate-data "
            "again, to its end");
}

}  // namespace fieldsync::server::migration
