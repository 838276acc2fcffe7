// Reads what follows a device's cursor: log entries of its scopes, scopes gained and lost, pieces of
// snapshots. One chunk from one snapshot of the database; the server keeps nothing of a device between
// chunks.
//
//   cursor c ──────────────► t (end of the chunk, a whole change-set) ────► head h
//   held at c and t: their changes        gained: begun at t, snapshots read at h      lost: evicted
//   gained with a root's first change: begun before it, an empty snapshot, and its changes
#pragma once

#include <vector>

#include "fieldsync/sync/messages.hpp"
#include "records/record_table.hpp"
#include "sync/gate.hpp"

namespace fieldsync::server {

struct PullRequest {
    sync::Cursor cursor;
    std::vector<sync::UnfinishedScope> unfinished;
    bool count_records = false;
};

// Nothing when the cursor is not of this server's log (it was restored from a backup).
std::optional<sync::Chunk> read_chunk(storage::Connection& connection, const RecordTables& tables,
                                      const Peer& peer, const PullRequest& request);

}  // namespace fieldsync::server
