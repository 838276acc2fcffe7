#include "simulation/server_disk.hpp"

#include <array>

#include "records/tables.hpp"
#include "storage/open_database.hpp"

namespace fieldsync::simulation {
namespace {

constexpr std::array<const char*, 2> kSuffixes{"", "-wal"};
constexpr const char *kLive = "fieldsync.db", *kKilled = "killed.db", *kBackup = "backup.db";

}  // namespace

ServerDisk::ServerDisk(const Town& town, std::filesystem::path directory)
    : town_(town), directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_);
    town_.found(directory_);
}

std::unique_ptr<server::storage::Database> ServerDisk::open() const {
    return server::storage::open_database(town_.uri(directory_), {.format_version = server::kFormatVersion});
}

void ServerDisk::copy(const std::string& from, const std::string& to) const {
    for (const char* suffix : kSuffixes) {
        const auto source = directory_ / (from + suffix), target = directory_ / (to + suffix);
        std::filesystem::remove(target);
        if (std::filesystem::exists(source)) std::filesystem::copy_file(source, target);
    }
    std::filesystem::remove(directory_ / (to + "-shm"));
}

void ServerDisk::before_kill() const {
    if (town_.is_sqlite()) copy(kLive, kKilled);
}

void ServerDisk::after_kill() const {
    if (town_.is_sqlite()) copy(kKilled, kLive);
}

void ServerDisk::back_up() {
    copy(kLive, kBackup);
    has_backup_ = true;
}

void ServerDisk::restore() const {
    copy(kBackup, kLive);
}

}  // namespace fieldsync::simulation
