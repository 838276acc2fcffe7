// What sync sessions use; owned by Application.
#pragma once

#include "fieldsync/sync/environment.hpp"
#include "records/record_table.hpp"
#include "storage/database.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server {

struct SyncServices {
    storage::Database& database;
    WriteQueue& writes;
    const RecordTables& tables;
    sync::Clock& clock;
};

}  // namespace fieldsync::server
