// What sync sessions use; owned by Application.
#pragma once

#include <atomic>
#include <cstdint>

#include "fieldsync/sync/environment.hpp"
#include "records/record_table.hpp"
#include "storage/database.hpp"
#include "storage/read_bridge.hpp"
#include "sync/live_devices.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server {

struct SyncServices {
    storage::Database& database;
    WriteQueue& writes;
    const RecordTables& tables;
    sync::Clock& clock;
    storage::ReadBridge& reads;
    LiveDevices live{};
    std::atomic<std::uint64_t> diverged_scopes{0};  // since the start
};

}  // namespace fieldsync::server
