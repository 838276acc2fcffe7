#include "server/support/server_database.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

#include "fieldsync/schema/schema.hpp"
#include "records/tables.hpp"
#include "storage/open_database.hpp"

namespace fieldsync::testing {
namespace {

constexpr std::array<const char*, 3> kFiles{"fieldsync.db", "fieldsync.db-wal", "fieldsync.db-shm"};

}  // namespace

server::storage::Dialect tested_storage() {
    using server::storage::Dialect;
    const char* const storage = std::getenv("FIELDSYNC_TEST_STORAGE");
    return storage != nullptr && std::string_view(storage) == "postgresql" ? Dialect::postgresql
                                                                           : Dialect::sqlite;
}

ServerDatabase::ServerDatabase(const std::filesystem::path& directory, server::storage::Dialect kind)
    : directory_(directory) {
    if (kind == server::storage::Dialect::postgresql) {
        schema_ = std::make_unique<PostgresqlSchema>();
        uri_ = schema_->uri();
    } else {
        uri_ = "sqlite:" + (directory / "fieldsync.db").string();
    }
}

void ServerDatabase::back_up() const {
    if (schema_) return schema_->back_up();
    for (const char* name : kFiles)
        if (std::filesystem::exists(directory_ / name))
            std::filesystem::copy(directory_ / name, directory_ / (std::string("backup.") + name),
                                  std::filesystem::copy_options::overwrite_existing);
}

void ServerDatabase::restore() const {
    if (schema_) return schema_->restore();
    for (const char* name : kFiles) {
        std::filesystem::remove(directory_ / name);
        const auto backup = directory_ / (std::string("backup.") + name);
        if (std::filesystem::exists(backup)) std::filesystem::copy(backup, directory_ / name);
    }
}

std::unique_ptr<server::storage::Database> ServerDatabase::open() const {
    return server::storage::open_database(uri_, {.format_version = server::kFormatVersion});
}

std::unique_ptr<server::storage::Database> ServerDatabase::open_prepared() const {
    auto database = open();
    database->write([](server::storage::Connection& connection) {
        server::prepare_tables(connection, schema::Schema::current());
    });
    return database;
}

}  // namespace fieldsync::testing
