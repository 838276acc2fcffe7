#include "storage/postgresql_reach.hpp"

#include "storage/limits.hpp"

namespace fieldsync::server::storage {

void PostgresqlReach::begin() {
    const std::lock_guard lock(mutex_);
    if (!is_away_) return;
    if (is_tried_ || now_() < again_at_)
        throw StorageError(StorageError::Kind::unavailable, "not tried again yet: " + why_);
    is_tried_ = true;
}

void PostgresqlReach::reached() {
    const std::lock_guard lock(mutex_);
    is_away_ = is_tried_ = false;
}

void PostgresqlReach::failed(const std::string& why) {
    const std::lock_guard lock(mutex_);
    is_away_ = true;
    is_tried_ = false;
    again_at_ = now_() + std::chrono::milliseconds(limits::connect_again_ms);
    why_ = why;
}

}  // namespace fieldsync::server::storage
