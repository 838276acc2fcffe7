// The wire keys of every message and of its parts: one row per key, the number and the member it carries.
// Numbers are never reused; a new key is one line here and one in PROTOCOL.md. Writer and Reader both walk
// these tables.
//
// `always`: written whatever it holds, and must be there. `maybe`: left out when false, zero, empty or nil,
// which is what its absence means; so no member's C++ default may be anything else, unless its key is an
// `always` one.
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>

#include "fieldsync/sync/limits.hpp"
#include "fieldsync/sync/messages.hpp"

namespace fieldsync::sync::codec {

using schema::Value;

template <class Class, class Member>
struct Key {
    std::uint8_t number;
    Member Class::*member;
    bool is_always;
    std::size_t elements_max;  // of an array
};

inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
inline constexpr std::uint8_t kind_key = 0;         // of messages only
inline constexpr std::size_t key_numbers_max = 16;  // higher ones are of newer peers, and skipped

template <class Class, class Member>
constexpr Key<Class, Member> always(std::uint8_t number, Member Class::*member) {
    return {number, member, true, no_limit};
}
template <class Class, class Member>
constexpr Key<Class, Member> maybe(std::uint8_t number, Member Class::*member,
                                   std::size_t elements_max = no_limit) {
    return {number, member, false, elements_max};
}

template <class T>
inline constexpr auto keys = nullptr;  // a type without a table is no map on the wire

template <class T>
concept HasKeys = !std::is_same_v<std::remove_cv_t<decltype(keys<T>)>, std::nullptr_t>;

// One row per key.
// clang-format off

// --- parts

template <> inline constexpr auto keys<Cursor> = std::make_tuple(
    maybe(1, &Cursor::seq),
    maybe(2, &Cursor::stamp));

template <> inline constexpr auto keys<RecordKey> = std::make_tuple(
    always(1, &RecordKey::entity),
    always(2, &RecordKey::uid));

template <> inline constexpr auto keys<schema::FieldChange> = std::make_tuple(
    always(1, &schema::FieldChange::field),
    maybe(2, &schema::FieldChange::value),
    maybe(3, &schema::FieldChange::base),
    maybe(4, &schema::FieldChange::base_text),
    maybe(5, &schema::FieldChange::added),
    maybe(6, &schema::FieldChange::removed),
    maybe(7, &schema::FieldChange::reopens));

template <> inline constexpr auto keys<Change> = std::make_tuple(
    always(1, &Change::entity),
    always(2, &Change::uid),
    always(3, &Change::operation),
    maybe(4, &Change::fields, limits::fields_per_record_max));

template <> inline constexpr auto keys<ChangeSet> = std::make_tuple(
    always(1, &ChangeSet::uid),
    always(2, &ChangeSet::number),
    always(3, &ChangeSet::hlc),
    maybe(4, &ChangeSet::made_at_us),
    maybe(5, &ChangeSet::made_at_cursor),
    maybe(6, &ChangeSet::changes, limits::changes_per_set_max));

template <> inline constexpr auto keys<Record> = std::make_tuple(
    always(1, &Record::entity),
    always(2, &Record::uid),
    maybe(3, &Record::id),
    maybe(4, &Record::seq),
    maybe(5, &Record::scope),
    maybe(6, &Record::fields));
inline constexpr std::uint8_t record_fields_key = std::get<5>(keys<Record>).number;

template <> inline constexpr auto keys<LogChange> = std::make_tuple(
    always(1, &LogChange::seq),
    always(2, &LogChange::scope),
    always(3, &LogChange::key),
    always(4, &LogChange::operation),
    maybe(5, &LogChange::whole),
    maybe(6, &LogChange::id),
    maybe(7, &LogChange::fields));

template <> inline constexpr auto keys<IdGiven> = std::make_tuple(
    always(1, &IdGiven::uid),
    always(2, &IdGiven::id));

template <> inline constexpr auto keys<MergeNote> = std::make_tuple(
    always(1, &MergeNote::record),
    always(2, &MergeNote::field),
    always(3, &MergeNote::policy),
    maybe(4, &MergeNote::author_won));

template <> inline constexpr auto keys<schema::FieldError> = std::make_tuple(
    always(1, &schema::FieldError::field),
    always(2, &schema::FieldError::broken),
    maybe(3, &schema::FieldError::limit),
    maybe(4, &schema::FieldError::text),
    maybe(5, &schema::FieldError::scale));

template <> inline constexpr auto keys<Receipt> = std::make_tuple(
    always(1, &Receipt::change_set),
    always(2, &Receipt::status),
    always(3, &Receipt::seq),
    maybe(4, &Receipt::scopes),
    maybe(5, &Receipt::ids),
    maybe(6, &Receipt::merges),
    maybe(7, &Receipt::code),
    maybe(8, &Receipt::message),
    maybe(9, &Receipt::errors),
    maybe(10, &Receipt::stamp));

template <> inline constexpr auto keys<UnfinishedScope> = std::make_tuple(
    always(1, &UnfinishedScope::scope),
    maybe(2, &UnfinishedScope::start),
    maybe(3, &UnfinishedScope::position));

template <> inline constexpr auto keys<Limits> = std::make_tuple(
    maybe(1, &Limits::changes_per_set_max),
    maybe(2, &Limits::change_set_bytes_max),
    maybe(3, &Limits::frame_bytes_max),
    maybe(4, &Limits::window_bytes));

template <> inline constexpr auto keys<ScopeBegun> = std::make_tuple(
    always(1, &ScopeBegun::scope),
    maybe(2, &ScopeBegun::start));

template <> inline constexpr auto keys<SnapshotPart> = std::make_tuple(
    always(1, &SnapshotPart::scope),
    always(2, &SnapshotPart::read_at),
    maybe(3, &SnapshotPart::position),
    maybe(4, &SnapshotPart::is_done),
    maybe(5, &SnapshotPart::records));

template <> inline constexpr auto keys<ScopeChecksum> = std::make_tuple(
    always(1, &ScopeChecksum::scope),
    maybe(2, &ScopeChecksum::records),
    maybe(3, &ScopeChecksum::checksum));

// --- messages; key 0 is the kind, the message's place in `Message`, from 1

template <> inline constexpr auto keys<Hello> = std::make_tuple(
    always(1, &Hello::protocol_min),
    always(2, &Hello::protocol_max),
    always(3, &Hello::schema_version),
    always(4, &Hello::device),
    always(5, &Hello::store),
    maybe(6, &Hello::token),
    maybe(7, &Hello::cursor),
    maybe(8, &Hello::unfinished, limits::unfinished_scopes_max),
    maybe(9, &Hello::live),
    maybe(10, &Hello::receipted));

template <> inline constexpr auto keys<Welcome> = std::make_tuple(
    always(1, &Welcome::protocol),
    always(2, &Welcome::server_time_us),
    maybe(3, &Welcome::head),
    maybe(4, &Welcome::limits),
    maybe(5, &Welcome::last_number));

template <> inline constexpr auto keys<Goodbye> = std::make_tuple(
    always(1, &Goodbye::code),
    maybe(2, &Goodbye::message),
    always(3, &Goodbye::action),
    maybe(4, &Goodbye::retry_after_ms));

template <> inline constexpr auto keys<Push> = std::make_tuple(
    maybe(1, &Push::change_sets, limits::push_sets_max));

template <> inline constexpr auto keys<Receipts> = std::make_tuple(
    maybe(1, &Receipts::receipts));

template <> inline constexpr auto keys<ReceiptsStored> = std::make_tuple(
    maybe(1, &ReceiptsStored::change_sets));

template <> inline constexpr auto keys<Renumber> = std::make_tuple(
    maybe(1, &Renumber::last_number));

template <> inline constexpr auto keys<Pull> = std::make_tuple();

template <> inline constexpr auto keys<Chunk> = std::make_tuple(
    always(1, &Chunk::cursor),
    maybe(2, &Chunk::begun),
    maybe(3, &Chunk::evicted),
    maybe(4, &Chunk::changes),
    maybe(5, &Chunk::parts),
    maybe(6, &Chunk::is_last),
    maybe(7, &Chunk::head),
    maybe(8, &Chunk::records_left));

template <> inline constexpr auto keys<ChunkStored> = std::make_tuple(
    always(1, &ChunkStored::cursor));

template <> inline constexpr auto keys<Verify> = std::make_tuple(
    always(1, &Verify::cursor),
    maybe(2, &Verify::scopes));

template <> inline constexpr auto keys<Verified> = std::make_tuple(
    maybe(1, &Verified::comparable),
    always(2, &Verified::head),
    maybe(3, &Verified::diverged));

// clang-format on

}  // namespace fieldsync::sync::codec
