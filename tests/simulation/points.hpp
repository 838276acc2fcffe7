// Points: the commit points of a simulated program, where it is told to die or finds the disk full.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "fieldsync/device/commit_points.hpp"
#include "fieldsync/device/error.hpp"
#include "storage/commit_points.hpp"
#include "storage/errors.hpp"

namespace fieldsync::simulation {

class Points final : public device::CommitPoints, public server::storage::CommitPoints {
  public:
    // Dies when the point is reached for the n-th time from now; an empty name disarms.
    void arm(std::string_view point, std::uint64_t n = 1) {
        point_ = point;
        left_ = n;
    }
    bool is_disk_full = false;

    void reached(std::string_view point) override {
        if (!point_.empty() && point == point_ && --left_ == 0) {
            const bool is_store = point.starts_with("store.");
            point_.clear();
            if (is_store) throw device::Killed();
            throw server::storage::Killed();
        }
        if (!is_disk_full) return;
        if (point == device::commit_point::store_applied)
            throw device::StoreFailure("no room on the disk", ENOSPC);
        if (point == server::storage::commit_point::group_applied)
            throw server::storage::StorageError(server::storage::StorageError::Kind::full,
                                                "no room on the disk");
    }

  private:
    std::string point_;
    std::uint64_t left_ = 0;
};

}  // namespace fieldsync::simulation
