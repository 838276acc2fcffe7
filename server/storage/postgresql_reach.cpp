#include "storage/postgresql_reach.hpp"

#include "storage/limits.hpp"

namespace fieldsync::server::storage {

void PostgresqlReach::begin() {
    const std::lock_guard lock(mutex_);
    if (!is_away_ || !now_us_) return;
    if (is_tried_ || now_us_() < again_at_us_)
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
    if (now_us_) again_at_us_ = now_us_() + std::int64_t{1000} * limits::connect_again_ms;
    why_ = why;
}

}  // namespace fieldsync::server::storage
