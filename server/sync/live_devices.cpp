#include "sync/live_devices.hpp"

namespace fieldsync::server {

std::uint64_t LiveDevices::join(const LiveDevice& device) {
    const std::lock_guard lock(mutex_);
    devices_.emplace(next_, device);
    return next_++;
}

void LiveDevices::moved(std::uint64_t number, schema::Seq cursor) {
    const std::lock_guard lock(mutex_);
    if (const auto device = devices_.find(number); device != devices_.end()) device->second.cursor = cursor;
}

void LiveDevices::leave(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    devices_.erase(number);
}

std::vector<LiveDevice> LiveDevices::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<LiveDevice> all;
    all.reserve(devices_.size());
    for (const auto& [number, device] : devices_) all.push_back(device);
    return all;
}

}  // namespace fieldsync::server
