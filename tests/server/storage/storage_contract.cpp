#include "storage_contract.hpp"

#include "storage/sqlite_database.hpp"

namespace fieldsync::server::storage::test {

std::ostream& operator<<(std::ostream& out, const Implementation& implementation) {
    return out << implementation.name;
}

std::string implementation_name(const testing::TestParamInfo<Implementation>& info) {
    return info.param.name;
}

const Implementation& sqlite_implementation() {
    static const Implementation sqlite{
        "Sqlite", [](const std::filesystem::path& scratch, std::int64_t format_version) {
            SqliteOptions options;
            options.path = scratch / "fieldsync.db";
            options.format_version = format_version;
            options.busy_timeout_ms = 0;  // tests do not wait; the one about waiting sets its own
            options.readers_max = 2;
            return open_sqlite(options);
        }};
    return sqlite;
}

StorageContract::StorageContract() : database_(open()) {
    database_->write([](Connection& connection) {
        const bool sqlite = connection.dialect() == Dialect::sqlite;
        connection.script(std::string("CREATE TABLE note (id BIGINT PRIMARY KEY, title TEXT UNIQUE, body ") +
                          (sqlite ? "BLOB" : "BYTEA") + ")");
    });
}

std::unique_ptr<Database> StorageContract::open(std::int64_t format_version) const {
    return GetParam().open(scratch_.path(), format_version);
}

std::int64_t StorageContract::notes() {
    return database_
        ->read([](Connection& connection) { return connection.integer("SELECT count(*) FROM note"); })
        .value();
}

std::int64_t StorageContract::notes_titled(std::string_view title) {
    return database_
        ->read([title](Connection& connection) {
            return connection.integer("SELECT count(*) FROM note WHERE title = ?1", {title});
        })
        .value();
}

}  // namespace fieldsync::server::storage::test
