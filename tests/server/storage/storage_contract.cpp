#include "storage_contract.hpp"

#include "scratch_directory.hpp"
#include "storage/postgresql_database.hpp"
#include "storage/sqlite_database.hpp"
#include "support/postgresql.hpp"

namespace fieldsync::server::storage::test {
namespace {

constexpr std::size_t kReadersMax = 2;

class SqlitePlace final : public Place {
  public:
    std::unique_ptr<Database> open(std::int64_t format_version) const override {
        SqliteOptions options;
        options.path = scratch_.path() / "fieldsync.db";
        options.format_version = format_version;
        options.busy_timeout_ms = 0;  // tests do not wait; the one about waiting sets its own
        options.readers_max = kReadersMax;
        return open_sqlite(options);
    }

  private:
    ScratchDirectory scratch_;
};

class PostgresqlPlace final : public Place {
  public:
    std::unique_ptr<Database> open(std::int64_t format_version) const override {
        PostgresqlOptions options;
        options.uri = schema_.uri();
        options.format_version = format_version;
        options.readers_max = kReadersMax;
        options.lock_timeout = std::chrono::milliseconds(500);
        return open_postgresql(options);
    }

  private:
    fieldsync::testing::PostgresqlSchema schema_;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const Implementation& implementation) {
    return out << implementation.name;
}

std::string implementation_name(const ::testing::TestParamInfo<Implementation>& info) {
    return info.param.name;
}

const Implementation& sqlite_implementation() {
    static const Implementation sqlite{"Sqlite", [] { return std::make_unique<SqlitePlace>(); }};
    return sqlite;
}

const Implementation& postgresql_implementation() {
    static const Implementation postgresql{"Postgresql", [] { return std::make_unique<PostgresqlPlace>(); }};
    return postgresql;
}

StorageContract::StorageContract() : place_(GetParam().make()), database_(open()) {
    database_->write([](Connection& connection) {
        const bool sqlite = connection.dialect() == Dialect::sqlite;
        connection.script(std::string("CREATE TABLE note (id BIGINT PRIMARY KEY, title TEXT UNIQUE, body ") +
                          (sqlite ? "BLOB" : "BYTEA") + ")");
    });
}

std::unique_ptr<Database> StorageContract::open(std::int64_t format_version) const {
    return place_->open(format_version);
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
