// What a sound database promises, checked.
#pragma once

#include <string>
#include <vector>

#include "records/record_table.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server::app {

struct Findings {
    std::vector<std::string> problems;
    std::int64_t businesses = 0, entries = 0, records = 0;
};

// Every business's log is gap-free up to its head, its records are what the log leads to, and the open grants
// are those that the records give.
Findings verify_database(storage::Connection& connection, const RecordTables& tables);

}  // namespace fieldsync::server::app
