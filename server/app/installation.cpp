#include "app/installation.hpp"

#include <stdexcept>

#include "migration/marker.hpp"
#include "records/tables.hpp"
#include "storage/open_database.hpp"

namespace fieldsync::server::app {
namespace {

std::unique_ptr<storage::Database> open(const InstallationOptions& options) {
    std::string uri = options.database;
    if (uri.empty()) {
        if (options.data_dir.empty()) throw std::runtime_error("say where the data is: --data-dir DIR");
        if (options.create) std::filesystem::create_directories(options.data_dir);
        uri = "sqlite:" + (options.data_dir / "fieldsync.db").string();
    }
    return storage::open_database(
        uri, {.format_version = kFormatVersion, .create = options.create, .monotonic_us = monotonic_us});
}

}  // namespace

Installation::Installation(const InstallationOptions& options, const schema::Schema& schema)
    : tables_(schema), write_path_(tables_, clock_, random_), database_(open(options)) {
    database_->write([&](storage::Connection& connection) {
        migration::refuse_half_migrated(connection);
        prepare_tables(connection, schema);
    });
}

}  // namespace fieldsync::server::app
