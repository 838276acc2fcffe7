// The messages of the sync protocol, as plain values. PROTOCOL.md is the contract; codec.hpp turns them to
// bytes. Encoded, each is a map with small integer keys (key 0: the kind); unknown keys are skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fieldsync/schema/record.hpp"
#include "fieldsync/schema/validation.hpp"
#include "fieldsync/sync/hlc.hpp"

namespace fieldsync::sync {

using schema::Change;
using schema::FieldMap;
using schema::Record;
using schema::RecordKey;
using schema::Seq;
using schema::Uid;

inline constexpr std::uint32_t kProtocolVersion = 1;

// A place in a change-log: the seq, and the random stamp that this entry got when it was committed.
struct Cursor {
    Seq seq{};
    std::uint64_t stamp = 0;
    bool operator==(const Cursor&) const = default;
};

// The changes of one local transaction, whole or not at all.
struct ChangeSet {
    Uid uid;                   // UUIDv7, for good
    std::uint64_t number = 0;  // gap-free within its store, from 1
    Hlc hlc;
    std::int64_t made_at_us = 0;  // wall clock, corrected by the offset known then
    Seq made_at_cursor{};         // the cursor of the device at that moment
    std::vector<Change> changes;
    bool operator==(const ChangeSet&) const = default;
};

enum class ReceiptStatus : std::uint8_t { applied = 1, merged = 2, rejected = 3 };

// What a merge decided about one field.
struct MergeNote {
    RecordKey record;
    schema::FieldNumber field{};
    schema::Policy policy = schema::Policy::last_writer;
    bool author_won = false;  // false: the author's value lost, and is in a conflict record
    bool operator==(const MergeNote&) const = default;
};

struct IdGiven {
    Uid uid;
    std::int64_t id = 0;
    bool operator==(const IdGiven&) const = default;
};

// What became of a change-set. Recorded in its transaction; the first is the answer for good.
struct Receipt {
    Uid change_set;
    ReceiptStatus status = ReceiptStatus::applied;
    Seq seq{};                 // its entry in the change-log; the head when nothing was written
    std::vector<Uid> scopes;   // that it and its effects wrote in
    std::vector<IdGiven> ids;  // of records it and its effects made
    std::vector<MergeNote> merges;
    std::string code;     // rejected: a wire word
    std::string message;  // rejected: for people
    std::vector<schema::FieldError> errors;
    std::uint64_t stamp = 0;  // of the entry at seq; 0: of an older server
    bool operator==(const Receipt&) const = default;
};

// A scope whose snapshot has begun and is not complete.
struct UnfinishedScope {
    Uid scope;
    Seq start{};           // of the snapshot: log entries after it come as whole records
    std::string position;  // opaque, the server's; empty at the beginning
    bool operator==(const UnfinishedScope&) const = default;
};

struct Hello {
    std::uint32_t protocol_min = kProtocolVersion;
    std::uint32_t protocol_max = kProtocolVersion;
    std::uint32_t schema_version = 0;
    Uid device;
    Uid store;
    std::string token;
    Cursor cursor;
    std::vector<UnfinishedScope> unfinished;
    bool live = false;  // stay, and get changes as they commit
    // The latest entry that a receipt told of and the cursor has not reached: a restored server lacks it.
    Cursor receipted;
    bool operator==(const Hello&) const = default;
};

struct Limits {
    std::uint32_t changes_per_set_max = 0;
    std::uint32_t change_set_bytes_max = 0;
    std::uint32_t frame_bytes_max = 0;
    std::uint32_t window_bytes = 0;  // of unacknowledged chunks
    bool operator==(const Limits&) const = default;
};

struct Welcome {
    std::uint32_t protocol = kProtocolVersion;
    std::int64_t server_time_us = 0;
    Cursor head;
    Limits limits;
    std::uint64_t last_number = 0;  // of this store's change-sets, as the server knows it
    bool operator==(const Welcome&) const = default;
};

// What a device shall do after a goodbye. An unknown code or action means retry later.
enum class GoodbyeAction : std::uint8_t {
    retry_later = 1,
    sign_in = 2,
    upgrade = 3,
    stay_offline = 4,
    wipe = 5,
    resync = 6
};

struct Goodbye {
    std::string code;
    std::string message;
    GoodbyeAction action = GoodbyeAction::retry_later;
    std::uint32_t retry_after_ms = 0;
    bool operator==(const Goodbye&) const = default;
};

struct Push {
    std::vector<ChangeSet> change_sets;
    bool operator==(const Push&) const = default;
};

struct Receipts {
    std::vector<Receipt> receipts;
    bool operator==(const Receipts&) const = default;
};

// The device has stored these receipts: the server keeps uid and seq of them only.
struct ReceiptsStored {
    std::vector<Uid> change_sets;
    bool operator==(const ReceiptsStored&) const = default;
};

// The store's numbers are not this store's: it takes a new store id and numbers its outbox anew.
struct Renumber {
    std::uint64_t last_number = 0;
    bool operator==(const Renumber&) const = default;
};

// Asks for what follows the cursor. Without live: one chunk after another until `is_last`.
struct Pull {
    bool operator==(const Pull&) const = default;
};

// One change of the log as devices get it.
struct LogChange {
    Seq seq{};
    Uid scope;
    schema::RecordKey key;
    schema::Operation operation = schema::Operation::update;
    bool whole = false;  // fields are the whole record
    std::int64_t id = 0;
    FieldMap fields;
    bool operator==(const LogChange&) const = default;
};

struct ScopeBegun {
    Uid scope;
    Seq start{};
    bool operator==(const ScopeBegun&) const = default;
};

// A piece of a scope's snapshot, read at `read_at`.
struct SnapshotPart {
    Uid scope;
    Seq read_at{};
    std::string position;  // where the next piece begins
    bool is_done = false;
    std::vector<Record> records;
    bool operator==(const SnapshotPart&) const = default;
};

// Applied in one transaction, in this order: begun, evicted, changes, parts; then the cursor.
struct Chunk {
    Cursor cursor;  // after this chunk
    std::vector<ScopeBegun> begun;
    std::vector<Uid> evicted;
    std::vector<LogChange> changes;
    std::vector<SnapshotPart> parts;
    bool is_last = false;  // nothing else is left at this moment
    Seq head{};
    std::uint64_t records_left = 0;  // of snapshots, an estimate for progress bars
    bool operator==(const Chunk&) const = default;
};

// The device has durably applied everything up to here: opens the window.
struct ChunkStored {
    Seq cursor{};
    bool operator==(const ChunkStored&) const = default;
};

struct ScopeChecksum {
    Uid scope;
    std::uint64_t records = 0;
    std::uint64_t checksum = 0;
    bool operator==(const ScopeChecksum&) const = default;
};

struct Verify {
    Seq cursor{};
    std::vector<ScopeChecksum> scopes;
    bool operator==(const Verify&) const = default;
};

struct Verified {
    bool comparable = false;  // false: cursor and head differ; pull first
    Seq head{};
    std::vector<Uid> diverged;
    bool operator==(const Verified&) const = default;
};

using Message = std::variant<Hello, Welcome, Goodbye, Push, Receipts, ReceiptsStored, Renumber, Pull, Chunk,
                             ChunkStored, Verify, Verified>;

}  // namespace fieldsync::sync
