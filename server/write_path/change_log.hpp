// A business's change-log: its head, and what is appended to it. Used inside the write path's transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fieldsync/sync/messages.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server {

struct LogEntry {
    sync::Cursor place;
    schema::Uid change_set;
    schema::Uid author;
    schema::Uid store;
    sync::Hlc hlc;          // as it orders
    sync::Hlc claimed_hlc;  // as the device said
    std::int64_t made_at_us = 0;
    std::int64_t committed_at_us = 0;
};

// Seq 0 where nothing was ever written.
sync::Cursor read_head(storage::Connection& connection, BusinessId business);
// The same for a writer, who is the only one of this business from here to the end of his transaction.
sync::Cursor take_head(storage::Connection& connection, BusinessId business);
void write_head(storage::Connection& connection, BusinessId business, const sync::Cursor& head);

// What an entry may hold, encoded: a chunk never splits one, so that it must fit into a frame.
inline constexpr std::size_t kEntryBytesMax = 5 * 1024 * 1024;

struct EncodedChanges {
    std::vector<std::string> bodies;  // one a change
    std::size_t bytes = 0;
};
EncodedChanges encode_changes(const std::vector<sync::LogChange>& changes);

// Does not move the head.
void append_entry(storage::Connection& connection, BusinessId business, const LogEntry& entry,
                  const std::vector<sync::LogChange>& changes, const EncodedChanges& encoded);

// A row of the log. Views, valid during the visit.
struct StoredChange {
    schema::Seq seq{};
    schema::Uid scope;
    std::string_view body;  // sync::decode_log_change
};
// Visits what follows `after`, in order, until the visitor says false. Read in pages: PostgreSQL would hand over
// the whole rest of the log at once.
void each_change(storage::Connection& connection, BusinessId business, schema::Seq after,
                 const std::function<bool(const StoredChange&)>& visit);

std::optional<LogEntry> read_entry(storage::Connection& connection, BusinessId business, schema::Seq seq);

// Whether this log has the entry with this stamp, or it is the beginning: else it is another log's, which was
// there before a restore.
bool has_entry(storage::Connection& connection, BusinessId business, const sync::Cursor& place);

// The next integer id of an entity, for REST. `name`: the entity's. Each business counts its own; what belongs to
// none (businesses themselves, tokens) is counted under kNoBusiness.
inline constexpr BusinessId kNoBusiness{0};
std::int64_t next_id(storage::Connection& connection, BusinessId business, std::string_view name);
void set_last_id(storage::Connection& connection, BusinessId business, std::string_view name,
                 std::int64_t last);

}  // namespace fieldsync::server
