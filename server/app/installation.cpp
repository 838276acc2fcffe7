#include "app/installation.hpp"

#include <stdexcept>

#include "records/tables.hpp"
#include "storage/sqlite_database.hpp"

namespace fieldsync::server::app {
namespace {

std::unique_ptr<storage::Database> open(const InstallationOptions& options) {
    storage::SqliteOptions sqlite;
    sqlite.format_version = kFormatVersion;
    sqlite.create = options.create;
    constexpr std::string_view kScheme = "sqlite:";
    if (options.database.empty()) {
        if (options.data_dir.empty()) throw std::runtime_error("say where the data is: --data-dir DIR");
        if (options.create) std::filesystem::create_directories(options.data_dir);
        sqlite.path = options.data_dir / "fieldsync.db";
    } else if (options.database.starts_with(kScheme)) {
        sqlite.path = options.database.substr(kScheme.size());
    } else {
        throw std::runtime_error("cannot use the database '" + options.database +
                                 "': only sqlite:PATH is served");
    }
    return storage::open_sqlite(sqlite);
}

}  // namespace

Installation::Installation(const InstallationOptions& options, const schema::Schema& schema)
    : tables_(schema), write_path_(tables_, clock_, random_), database_(open(options)) {
    database_->write([&](storage::Connection& connection) { prepare_tables(connection, schema); });
}

}  // namespace fieldsync::server::app
