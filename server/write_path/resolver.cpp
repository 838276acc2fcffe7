#include "write_path/resolver.hpp"

#include <algorithm>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/schema/validation.hpp"
#include "fieldsync/sync/limits.hpp"
#include "records/values.hpp"

namespace fieldsync::server {
namespace {

using schema::Change;
using schema::Field;
using schema::FieldChange;
using schema::number_of;
using schema::Policy;
using schema::StringSet;
using schema::Uid;
using schema::Value;

constexpr auto kScope = number_of<schema::conflict_fields>("record_scope");
constexpr auto kEntity = number_of<schema::conflict_fields>("entity");
constexpr auto kRecord = number_of<schema::conflict_fields>("record");
constexpr auto kField = number_of<schema::conflict_fields>("field");
constexpr auto kPolicy = number_of<schema::conflict_fields>("policy");
constexpr auto kWinnerValue = number_of<schema::conflict_fields>("winner_value");
constexpr auto kLoserValue = number_of<schema::conflict_fields>("loser_value");
constexpr auto kWinnerUser = number_of<schema::conflict_fields>("winner_user");
constexpr auto kLoserUser = number_of<schema::conflict_fields>("loser_user");
constexpr auto kWinnerAt = number_of<schema::conflict_fields>("winner_at");
constexpr auto kLoserAt = number_of<schema::conflict_fields>("loser_at");
constexpr auto kCreatedAt = number_of<schema::conflict_fields>("created_at");

constexpr const char* kFirstChange =
    "SELECT seq FROM log_change WHERE business_id = ?1 AND uid = ?2 ORDER BY seq LIMIT 1";
constexpr const char* kFindTombstone =
    "SELECT seq, scope, entity FROM tombstone WHERE business_id = ?1 AND uid = ?2";
constexpr const char* kInsertTombstone =
    "INSERT INTO tombstone (business_id, uid, entity, scope, seq, hlc, store) VALUES (?1, ?2, ?3, ?4, ?5, "
    "?6, ?7)"
    " ON CONFLICT (business_id, uid) DO NOTHING";

sync::Merged plain(const Value& value) {
    sync::Merged merged;
    merged.value = value;
    return merged;
}

StringSet set_of(const Value& value) {
    const auto* set = std::get_if<StringSet>(&value);
    return set == nullptr ? StringSet{} : *set;
}

std::string scaled_text(std::int64_t number, int scale) {
    std::string digits = std::to_string(number < 0 ? -number : number);
    if (scale > 0) {
        const auto wanted = static_cast<std::size_t>(scale) + 1;
        if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
        digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
    }
    return (number < 0 ? "-" : "") + digits;
}

}  // namespace

Resolver::Resolver(storage::Connection& connection, const RecordTables& tables, WorkingSet& set, Moves& moves,
                   const Writing& writing)
    : connection_(connection), tables_(tables), set_(set), moves_(moves), writing_(writing) {}

bool Resolver::is_concurrent(const ClockEntry* last, const FieldChange& change) const {
    return !writing_.base_is_head && last != nullptr && last->seq > change.base &&
           last->stamp.store != writing_.stamp.store;
}

sync::Merged Resolver::merge(const Field& field, const FieldChange& change, const StoredRecord& stored,
                             const Value& current, std::uint32_t ordinal) {
    const ClockEntry* clock = stored.clock.find(field.number);
    const bool concurrent = is_concurrent(clock, change);
    const sync::WriteStamp current_stamp = clock == nullptr ? sync::WriteStamp{} : clock->stamp;
    switch (field.policy) {
        case Policy::closed_wins:
            return moves_.decide({stored.record.entity, stored.record.uid}, field, change, current, ordinal);
        case Policy::max:
            return concurrent ? sync::merge_max(current, change.value) : plain(change.value);
        case Policy::once_true:
            return concurrent ? sync::merge_once_true(current, change.value) : plain(change.value);
        case Policy::merge_text: {
            if (writing_.base_is_head || !change.base_text) break;
            const auto* text = std::get_if<std::string>(&current);
            const auto* mine = std::get_if<std::string>(&change.value);
            const std::size_t cells = sync::merge_cells(*change.base_text, text == nullptr ? "" : *text,
                                                        mine == nullptr ? "" : *mine);
            if (cells > merge_cells_left_)  // too much work for one change-set
                return sync::merge_last_writer(current, current_stamp, change.value, writing_.stamp);
            merge_cells_left_ -= cells;
            return sync::merge_text(*change.base_text, current, current_stamp, change.value, writing_.stamp);
        }
        case Policy::union_sets: {
            const StringSet before = set_of(current);
            StringSet added = change.added, removed = change.removed;
            if (writing_.base_is_head) {
                const StringSet wanted = set_of(change.value);
                std::set_difference(wanted.begin(), wanted.end(), before.begin(), before.end(),
                                    std::back_inserter(added));
                std::set_difference(before.begin(), before.end(), wanted.begin(), wanted.end(),
                                    std::back_inserter(removed));
            }
            StringSet added_meanwhile;
            for (const std::string& element : removed)
                if (is_concurrent(stored.clock.find(field.number, element), change))
                    added_meanwhile.push_back(element);
            return sync::merge_sets(before, added, removed, added_meanwhile);
        }
        case Policy::last_writer:
        case Policy::server_only:
            break;
    }
    if (!concurrent) return plain(change.value);
    return sync::merge_last_writer(current, current_stamp, change.value, writing_.stamp);
}

bool Resolver::update(const Change& change, std::uint32_t ordinal, std::vector<sync::MergeNote>& notes) {
    const schema::EntityTable& table = tables_.schema().at(change.entity);
    const schema::RecordKey key{change.entity, change.uid};
    WorkingSet::Entry& entry = set_.entry(key);
    bool changed = false;
    for (const FieldChange& item : change.fields) {
        const Field* field = table.field(item.field);
        if (field == nullptr || field->is_argument) continue;
        const Value* held = entry.now->record.fields.get(item.field);
        const Value current = held == nullptr ? field->default_value() : *held;
        const bool merges_always = field->policy == Policy::merge_text ||
                                   field->policy == Policy::union_sets ||
                                   field->policy == Policy::closed_wins;
        if (current == item.value && !(merges_always && !writing_.base_is_head))
            continue;  // no change: keeps its clock

        const ClockEntry* clock = entry.now->clock.find(item.field);
        const bool concurrent = is_concurrent(clock, item);
        const schema::Seq current_seq = clock == nullptr ? schema::Seq{} : clock->seq;
        sync::Merged merged = merge(*field, item, *entry.now, current, ordinal);
        if (merged.winner == sync::Winner::both && !is_sound(*field, merged.value))
            merged = unmerged(*field, item, current, clock);
        if (merged.lost)
            keep(*entry.now,
                 {item.field, field->policy, merged.value, *merged.lost,
                  merged.winner != sync::Winner::current, current_seq},
                 notes);
        else if (merged.winner == sync::Winner::both && concurrent)
            notes.push_back({key, item.field, field->policy, true});
        if (merged.value == current) continue;

        set_.touch(key);
        // What won over a concurrent write is not on top of that: three of the same moment end the same in any order.
        const bool is_beside = concurrent && merged.winner == sync::Winner::incoming;
        const sync::WriteStamp stamp = is_beside ? writing_.stamp : stamp_over(clock);
        if (field->policy == Policy::union_sets)
            for (const std::string& element : set_of(merged.value))
                if (const StringSet before = set_of(current);
                    !std::binary_search(before.begin(), before.end(), element))
                    entry.now->clock.set({item.field, element, writing_.seq, stamp});
        entry.now->clock.set({item.field, {}, writing_.seq, stamp});
        entry.now->record.fields.set(item.field, std::move(merged.value));
        changed = true;
    }
    return changed;
}

// What two merged into may break a limit that neither did.
bool Resolver::is_sound(const Field& field, const Value& value) {
    schema::FieldErrors errors;
    schema::validate_value(field, value, errors);
    return errors.empty() && set_of(value).size() <= sync::limits::set_elements_max;
}

// Then texts fall to the last writer, and a set stays as it is; the other is kept.
sync::Merged Resolver::unmerged(const Field& field, const FieldChange& change, const Value& current,
                                const ClockEntry* clock) const {
    if (field.policy == Policy::union_sets) return {current, sync::Winner::current, Value(change.added)};
    const sync::WriteStamp stamp = clock == nullptr ? sync::WriteStamp{} : clock->stamp;
    return sync::merge_last_writer(current, stamp, change.value, writing_.stamp);
}

// A write on top of what its author saw is later than that, whatever the clocks said.
sync::WriteStamp Resolver::stamp_over(const ClockEntry* clock) const {
    sync::WriteStamp stamp = writing_.stamp;
    if (clock != nullptr && clock->stamp.hlc >= stamp.hlc) stamp.hlc.packed = clock->stamp.hlc.packed + 1;
    return stamp;
}

std::string Resolver::display(const Value& value, const Field* field) const {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return scaled_text(*integer, field == nullptr ? 0 : field->scale);
    if (const auto* uid = std::get_if<Uid>(&value)) return uid->to_string();
    std::string joined;
    for (const std::string& element : set_of(value)) joined += (joined.empty() ? "" : ", ") + element;
    return joined;
}

void Resolver::keep(const StoredRecord& stored, const Loser& loser, std::vector<sync::MergeNote>& notes) {
    const schema::Record& about = stored.record;
    const schema::EntityTable& table = tables_.schema().at(about.entity);
    const Field* field = table.field(loser.field);
    notes.push_back({{about.entity, about.uid}, loser.field, loser.policy, loser.author_won});

    // A field that lost twice within one change-set keeps both.
    StoredRecord conflict;
    schema::Record& record = conflict.record;
    record.entity = schema::entity::conflict;
    std::uint32_t ordinal = schema::number(loser.field);
    do {
        record.uid = schema::effect_uid(about.uid, writing_.change_set, "conflict", ordinal);
        ordinal += 0x10000;
    } while (set_.entry({record.entity, record.uid}).now);
    Uid scope = about.scope;
    if (is_deleted(scope)) scope = schema::admins_scope(writing_.business_uid);
    record.scope = scope;
    record.fields.set(kScope, scope);
    record.fields.set(kEntity, std::string(table.name()));
    record.fields.set(kRecord, about.uid);
    record.fields.set(kField, std::string(field == nullptr ? "" : field->name));
    record.fields.set(kPolicy, std::string(field == nullptr ? "delete" : schema::name_of(loser.policy)));
    record.fields.set(kWinnerValue, display(loser.winner, field));
    record.fields.set(kLoserValue, display(loser.loser, field));

    const auto other = read_entry(connection_, writing_.business, loser.current_seq);
    const auto put = [&](schema::FieldNumber user_field, schema::FieldNumber time_field, bool is_author) {
        const Uid user = is_author ? writing_.author : other ? other->author : Uid{};
        if (!user.is_nil()) record.fields.set(user_field, user);
        if (is_author || other)
            record.fields.set(time_field, is_author ? writing_.made_at_us : other->made_at_us);
    };
    put(kWinnerUser, kWinnerAt, loser.author_won);
    put(kLoserUser, kLoserAt, !loser.author_won);
    record.fields.set(kCreatedAt, writing_.made_at_us);
    set_.insert(std::move(conflict));
}

bool Resolver::is_deleted(const Uid& uid) const {
    if (set_.is_new(uid)) return false;
    return connection_.integer(kFindTombstone, {number(writing_.business), blob(uid)}).has_value();
}

std::optional<Uid> Resolver::deleted_scope(const schema::RecordKey& key) const {
    std::optional<Uid> scope;
    connection_.query(kFindTombstone, {number(writing_.business), blob(key.uid)}, [&](storage::Row& row) {
        if (row.integer(2) == schema::number(key.entity)) scope = read_uid(row, 1);
    });
    return scope;
}

void Resolver::move_to_admins(const schema::RecordKey& conflict) {
    set_.touch(conflict);
    auto& now = set_.entry(conflict).now;
    if (!now) return;
    now->record.scope = schema::admins_scope(writing_.business_uid);
    now->record.fields.set(kScope, now->record.scope);
}

void Resolver::remember_deleted(const schema::Record& record) {
    set_.is_no_longer_new(record.uid);
    connection_.post(kInsertTombstone,
                     {number(writing_.business), blob(record.uid),
                      static_cast<std::int64_t>(schema::number(record.entity)), blob(record.scope),
                      static_cast<std::int64_t>(schema::number(writing_.seq)),
                      static_cast<std::int64_t>(writing_.stamp.hlc.packed), blob(writing_.stamp.store)});
}

void Resolver::update_of_deleted(const Change& change, std::vector<sync::MergeNote>& notes) {
    StoredRecord gone;
    gone.record.entity = change.entity;
    gone.record.uid = change.uid;
    schema::Seq deleted_at{};
    connection_.query(kFindTombstone, {number(writing_.business), blob(change.uid)}, [&](storage::Row& row) {
        deleted_at = schema::Seq{static_cast<std::uint64_t>(row.integer(0))};
        gone.record.scope = read_uid(row, 1);
    });
    for (const FieldChange& item : change.fields)
        if (!tables_.schema().at(change.entity).field(item.field)->is_argument)
            keep(gone,
                 {item.field, tables_.schema().at(change.entity).field(item.field)->policy,
                  std::string("(deleted)"), item.value, false, deleted_at},
                 notes);
}

std::optional<LogEntry> Resolver::first_entry(const Uid& uid) const {
    const auto seq = connection_.integer(kFirstChange, {number(writing_.business), blob(uid)});
    if (!seq) return std::nullopt;
    return read_entry(connection_, writing_.business, schema::Seq{static_cast<std::uint64_t>(*seq)});
}

void Resolver::before_delete(const schema::RecordKey& key, bool is_child,
                             std::vector<sync::MergeNote>& notes) {
    const WorkingSet::Entry& entry = set_.entry(key);
    if (!entry.now || writing_.base_is_head || entry.now->record.seq <= writing_.cursor) return;
    const StoredRecord stored = *entry.now;
    const auto by_others = [&](schema::Seq seq, const Uid& store) {
        return seq > writing_.cursor && store != writing_.stamp.store;
    };
    const auto field_by_others = [&](const ClockEntry* clock) {
        return clock != nullptr && by_others(clock->seq, clock->stamp.store);
    };
    const auto inserted = first_entry(key.uid);
    bool is_kept_whole = inserted && by_others(inserted->place.seq, inserted->store);
    for (const ClockEntry& clock : stored.clock.entries())
        is_kept_whole = is_kept_whole || field_by_others(&clock);
    is_kept_whole = is_kept_whole && is_child;
    for (const auto& [field, value] : stored.record.fields.items()) {
        const ClockEntry* clock = stored.clock.find(field);
        if (!is_kept_whole && !field_by_others(clock)) continue;
        const schema::Seq set_at = clock != nullptr ? clock->seq
                                   : inserted       ? inserted->place.seq
                                                    : stored.record.seq;
        const Field* known = tables_.schema().at(key.entity).field(field);
        keep(stored, {field, known->policy, std::string("(deleted)"), value, true, set_at}, notes);
    }
}

}  // namespace fieldsync::server
