// The registry of devices and their stores. Writes run in the writer's transaction.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/connection.hpp"
#include "sync/gate.hpp"

namespace fieldsync::server {

void register_device(storage::Connection& connection, BusinessId business, const schema::Uid& device,
                     std::string_view name, const schema::Uid& user, std::int64_t now_us);

// First contact of a store, and the device's last contact with its cursor. A store belongs to one user of one
// business: false when it is another's.
bool touch_store(storage::Connection& connection, const Peer& peer, schema::Seq cursor, std::int64_t now_us);

}  // namespace fieldsync::server
