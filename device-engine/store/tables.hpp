// The tables of a store: named databases of one LMDB environment. Numbers are big endian, so that byte order
// is order. key: a record's entity (2 bytes) and uid (16). position: a change-set's place in the outbox (8),
// never reused.
//
//   meta               name → value                          identity, session, cursor, clock, counters
//   records            key → record                          what queries see: confirmed, with pending changes on top
//   confirmed          key → record, or empty for "absent"   the server's version of what pending change-sets touch
//   confirmed_members  scope, key → ""                       of `confirmed`, by scope
//   members            scope, key → ""                       of `records`, by scope
//   indexes            entity, field, value, uid → ""        of `records`
//   ids                entity, id → uid                      of `records`
//   scopes             scope → ""                            shown ones
//   filling            scope → state of its snapshot         being received; may be shown too (sent again)
//   hidden             scope, key → record                   received for a filling scope
//   evicted            scope → ""                            evicted while pending change-sets write in it
//   stale              scope → ""                            not yet begun again in a resync
//   outbox             position → change-set
//   unsent             number → position                     those without a receipt
//   sets               uid of change-set → position
//   receipts           position → receipt                    those that wait for the cursor and scopes
//   ending             seq of receipt, position → scopes     the same, in the order they can end
//   writes             position → keys                       what a pending change-set touches, effects included
//   touches            key, position → forecast              the other way round; entity 0: a scope it writes in
//   rejected           uid of change-set → time, lengths, change-set, receipt
//   ended              seq, uid → time, change-set           kept for a server restored from a backup
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fieldsync::device::store {

inline constexpr std::uint32_t kFormat = 1;

enum class Table : std::uint8_t {
    meta,
    records,
    confirmed,
    confirmed_members,
    members,
    indexes,
    ids,
    scopes,
    filling,
    hidden,
    evicted,
    stale,
    outbox,
    unsent,
    sets,
    receipts,
    ending,
    writes,
    touches,
    rejected,
    ended,
};

inline constexpr std::array<const char*, 21> kTableNames{
    "meta",    "records", "confirmed", "confirmed_members",
    "members", "indexes", "ids",       "scopes",
    "filling", "hidden",  "evicted",   "stale",
    "outbox",  "unsent",  "sets",      "receipts",
    "ending",  "writes",  "touches",   "rejected",
    "ended"};

using Handles = std::array<unsigned, kTableNames.size()>;

}  // namespace fieldsync::device::store
