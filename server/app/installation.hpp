// An installation: the data directory and the database in it, opened and brought up to date. What every
// command of the program starts with.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/environment.hpp"
#include "records/record_table.hpp"
#include "storage/database.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::server::app {

struct InstallationOptions {
    std::filesystem::path data_dir;
    std::string database;  // "sqlite:PATH" or "postgresql://…"; empty: fieldsync.db in the data directory
    bool create = true;    // false: one that is not there is an error
};

class Installation {
  public:
    // Throws std::runtime_error or storage::StorageError with a message for the operator.
    explicit Installation(const InstallationOptions& options,
                          const schema::Schema& schema = schema::Schema::current());

    storage::Database& database() { return *database_; }
    const RecordTables& tables() const { return tables_; }
    const WritePath& write_path() const { return write_path_; }
    sync::Clock& clock() { return clock_; }
    sync::Random& random() { return random_; }
    storage::CommitPoints& commit_points() { return commit_points_; }

  private:
    SystemClock clock_;
    SystemRandom random_;
    ProcessCommitPoints commit_points_;
    RecordTables tables_;
    WritePath write_path_;
    std::unique_ptr<storage::Database> database_;
};

}  // namespace fieldsync::server::app
