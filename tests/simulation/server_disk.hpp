// ServerDisk: the files of a server's database, which outlive its processes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "simulation/town.hpp"
#include "storage/database.hpp"

namespace fieldsync::simulation {

class ServerDisk {
  public:
    ServerDisk(const Town& town, std::filesystem::path directory);

    [[nodiscard]] std::unique_ptr<server::storage::Database> open() const;
    // The process that has it open is about to be destroyed as if it were killed: what it would still write at its
    // orderly end shall not count. Call, close the database, then call the second.
    void before_kill() const;
    void after_kill() const;

    // Nobody has it open meanwhile. Where the database is no file (PostgreSQL) nothing is kept.
    [[nodiscard]] bool can_back_up() const { return town_.is_sqlite(); }
    [[nodiscard]] bool has_backup() const { return has_backup_; }
    void back_up();
    void restore() const;

  private:
    void copy(const std::string& from, const std::string& to) const;

    const Town& town_;
    std::filesystem::path directory_;
    bool has_backup_ = false;
};

}  // namespace fieldsync::simulation
