#include "write_path/change_log.hpp"

#include <limits>

#include "fieldsync/sync/codec.hpp"
#include "records/values.hpp"

namespace fieldsync::server {
namespace {

constexpr const char* kReadHead = "SELECT seq, stamp FROM head WHERE business_id = ?1";
// PostgreSQL: its row is locked, and made where there is none.
constexpr const char* kTakeHead =
    "INSERT INTO head (business_id, seq, stamp) VALUES (?1, 0, 0)"
    " ON CONFLICT (business_id) DO UPDATE SET seq = head.seq RETURNING seq, stamp";
constexpr const char* kMoveHead =
    "INSERT INTO head (business_id, seq, stamp) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (business_id) DO UPDATE SET seq = excluded.seq, stamp = excluded.stamp";
constexpr const char* kInsertEntry =
    "INSERT INTO log_entry (business_id, seq, stamp, change_set, author, store, hlc, claimed_hlc, made_at, "
    "committed_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
constexpr const char* kInsertChange =
    "INSERT INTO log_change (business_id, seq, ordinal, scope, entity, uid, body) VALUES (?1, ?2, ?3, ?4, "
    "?5, ?6, ?7)";
constexpr const char* kReadEntry =
    "SELECT stamp, change_set, author, store, hlc, claimed_hlc, made_at, committed_at FROM log_entry"
    " WHERE business_id = ?1 AND seq = ?2";
// Most chunks are full or at the head after one page; its LIMIT is a constant, for the plan.
constexpr std::int64_t kChangesPage = 500;
constexpr const char* kChangesAfter =
    "SELECT seq, ordinal, scope, body FROM log_change"
    " WHERE business_id = ?1 AND (seq, ordinal) > (?2, ?3) ORDER BY seq, ordinal LIMIT 500";
constexpr const char* kSetLastId = "UPDATE id_counter SET last = ?3 WHERE business_id = ?1 AND name = ?2";
constexpr const char* kNextId =
    "INSERT INTO id_counter (business_id, name, last) VALUES (?1, ?2, 1)"
    " ON CONFLICT (business_id, name) DO UPDATE SET last = id_counter.last + 1 RETURNING last";

std::int64_t signed_of(std::uint64_t bits) {
    return static_cast<std::int64_t>(bits);
}
std::uint64_t unsigned_of(std::int64_t bits) {
    return static_cast<std::uint64_t>(bits);
}

sync::Cursor head_by(const char* sql, storage::Connection& connection, BusinessId business) {
    sync::Cursor head;
    connection.query(sql, {number(business)}, [&](storage::Row& row) {
        head = {schema::Seq{unsigned_of(row.integer(0))}, unsigned_of(row.integer(1))};
    });
    return head;
}

}  // namespace

sync::Cursor read_head(storage::Connection& connection, BusinessId business) {
    return head_by(kReadHead, connection, business);
}

sync::Cursor take_head(storage::Connection& connection, BusinessId business) {
    // SQLite has one writer.
    const bool has_many = connection.dialect() == storage::Dialect::postgresql;
    return head_by(has_many ? kTakeHead : kReadHead, connection, business);
}

void write_head(storage::Connection& connection, BusinessId business, const sync::Cursor& head) {
    connection.post(kMoveHead,
                    {number(business), signed_of(schema::number(head.seq)), signed_of(head.stamp)});
}

EncodedChanges encode_changes(const std::vector<sync::LogChange>& changes) {
    EncodedChanges encoded;
    encoded.bodies.reserve(changes.size());
    for (const sync::LogChange& change : changes) {
        sync::encode_log_change(change, encoded.bodies.emplace_back());
        encoded.bytes += encoded.bodies.back().size();
    }
    return encoded;
}

void append_entry(storage::Connection& connection, BusinessId business, const LogEntry& entry,
                  const std::vector<sync::LogChange>& changes, const EncodedChanges& encoded) {
    const std::int64_t seq = signed_of(schema::number(entry.place.seq));
    const std::int64_t stamp = signed_of(entry.place.stamp);
    connection.post(kInsertEntry,
                    {number(business), seq, stamp, blob(entry.change_set), blob(entry.author),
                     blob(entry.store), signed_of(entry.hlc.packed), signed_of(entry.claimed_hlc.packed),
                     entry.made_at_us, entry.committed_at_us});
    for (std::size_t i = 0; i < changes.size(); ++i)
        connection.post(kInsertChange,
                        {number(business), seq, static_cast<std::int64_t>(i), blob(changes[i].scope),
                         static_cast<std::int64_t>(schema::number(changes[i].key.entity)),
                         blob(changes[i].key.uid), blob(encoded.bodies[i])});
}

void each_change(storage::Connection& connection, BusinessId business, schema::Seq after,
                 const std::function<bool(const StoredChange&)>& visit) {
    std::int64_t seq = signed_of(schema::number(after)), ordinal = std::numeric_limits<std::int64_t>::max();
    bool goes_on = true;
    std::int64_t rows = kChangesPage;
    while (goes_on && rows == kChangesPage) {
        rows = 0;
        connection.query(kChangesAfter, {number(business), seq, ordinal}, [&](storage::Row& row) {
            ++rows;
            seq = row.integer(0);
            ordinal = row.integer(1);
            goes_on = visit({schema::Seq{unsigned_of(seq)}, read_uid(row, 2), read_bytes(row, 3)});
            return goes_on;
        });
    }
}

std::optional<LogEntry> read_entry(storage::Connection& connection, BusinessId business, schema::Seq seq) {
    std::optional<LogEntry> entry;
    connection.query(kReadEntry, {number(business), signed_of(schema::number(seq))}, [&](storage::Row& row) {
        entry.emplace();
        entry->place = {seq, unsigned_of(row.integer(0))};
        entry->change_set = read_uid(row, 1);
        entry->author = read_uid(row, 2);
        entry->store = read_uid(row, 3);
        entry->hlc.packed = unsigned_of(row.integer(4));
        entry->claimed_hlc.packed = unsigned_of(row.integer(5));
        entry->made_at_us = row.integer(6);
        entry->committed_at_us = row.integer(7);
    });
    return entry;
}

bool has_entry(storage::Connection& connection, BusinessId business, const sync::Cursor& place) {
    if (schema::number(place.seq) == 0) return true;
    const auto entry = read_entry(connection, business, place.seq);
    return entry && entry->place.stamp == place.stamp;
}

std::int64_t next_id(storage::Connection& connection, BusinessId business, std::string_view name) {
    return connection.integer(kNextId, {number(business), name}).value();
}

void set_last_id(storage::Connection& connection, BusinessId business, std::string_view name,
                 std::int64_t last) {
    connection.post(kSetLastId, {number(business), name, last});
}

}  // namespace fieldsync::server
