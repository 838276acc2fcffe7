// Compares a device's per-scope checksums with the server's (design.md, verify).
#pragma once

#include "fieldsync/sync/messages.hpp"
#include "records/record_table.hpp"
#include "sync/gate.hpp"

namespace fieldsync::server {

sync::Verified compare_checksums(storage::Connection& connection, const RecordTables& tables,
                                 const Peer& peer, const sync::Verify& verify);

}  // namespace fieldsync::server
