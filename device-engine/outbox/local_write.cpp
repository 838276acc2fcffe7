#include "outbox/local_write.hpp"

#include <algorithm>

#include "fieldsync/sync/codec.hpp"
#include "outbox/field_merge.hpp"
#include "records/index_key.hpp"

namespace fieldsync::device {
namespace {

using schema::Change;
using schema::FieldChange;
using schema::Operation;
using schema::Record;
using schema::RecordKey;
using schema::StringSet;

RecordKey key_of(const Change& change) {
    return {change.entity, change.uid};
}

Error refused(std::string word, std::string message, schema::FieldErrors errors = {}) {
    return {ErrorCode::refused, std::move(word), std::move(message), std::move(errors)};
}

const FieldChange* latest(const sync::ChangeSet& set, const RecordKey& key, schema::FieldNumber field) {
    for (auto change = set.changes.rbegin(); change != set.changes.rend(); ++change)
        if (key_of(*change) == key)
            if (const FieldChange* item = change->find(field)) return item;
    return nullptr;
}

// With room for the fields that are filled in.
Change copied(const Change& change) {
    constexpr std::size_t kFilledInMax = 3;
    Change copy{change.entity, change.uid, change.operation, {}};
    copy.fields.reserve(change.fields.size() + kFilledInMax);
    copy.fields.insert(copy.fields.end(), change.fields.begin(), change.fields.end());
    return copy;
}

bool inserts(const sync::ChangeSet& set, const RecordKey& key) {
    return std::any_of(set.changes.begin(), set.changes.end(), [&](const Change& change) {
        return change.operation == Operation::insert && key_of(change) == key;
    });
}

}  // namespace

Result<LocalWrite> LocalWriter::write(const std::vector<Change>& changes) {
    const auto account = work_.meta.account();
    if (!account) return Error{ErrorCode::not_signed_in, {}, "Nobody is signed in on this store.", {}};
    if (changes.size() > work_.meta.changes_per_set_max())
        return refused("too_large", "A write may make at most " +
                                        std::to_string(work_.meta.changes_per_set_max()) + " changes.");

    sync::ChangeSet set;
    set.uid = sync::new_uid(clock_, random_);
    set.made_at_us = clock_.now_us() + work_.meta.offset_us();
    set.made_at_cursor = work_.meta.cursor().seq;
    set.hlc = sync::next_hlc(work_.meta.hlc(), set.made_at_us / 1000);

    Replay replay(work_, *account, set, seen_);
    set.changes.reserve(changes.size());
    for (const Change& change : changes)
        if (auto done = write_one(copied(change), replay, set); done.has_error()) return done.error();

    LocalWrite written;
    if (set.changes.empty()) return written;
    work_.meta.set_hlc(set.hlc);
    const Outbox::Added added = work_.outbox.add(set);
    if (auto fits = check_size(added.bytes); fits.has_error()) return fits.error();
    work_.outbox.put_touches(added.position, replay.touches());
    written.change_set = set.uid;
    written.changes = std::move(set.changes);
    return written;
}

Result<void> LocalWriter::write_one(Change change, Replay& replay, sync::ChangeSet& set) {
    if (work_.schema.find(change.entity) == nullptr)
        return refused("unknown_entity", "This kind of record is unknown.");
    if (change.operation == Operation::insert && change.uid.is_nil())
        change.uid = sync::new_uid(clock_, random_);
    const auto before = work_.records.find(key_of(change));
    if (before) {  // sets given as elements to add and remove
        const schema::EntityTable& table = work_.schema.at(change.entity);
        for (FieldChange& item : change.fields) {
            const schema::Field* field = table.field(item.field);
            if (field == nullptr || field->type != schema::Type::string_set || !schema::is_null(item.value))
                continue;
            if (item.added.empty() && item.removed.empty()) continue;
            item.added = schema::make_set(std::move(item.added));
            item.removed = schema::make_set(std::move(item.removed));
            item.value = forecast(work_.schema, change.entity, *field,
                                  {item, shown_value(*before, *field), false}, work_.records.view());
        }
    }
    schema::normalise(work_.schema, change);
    schema::complete(change, replay.context());

    if (before && change.operation == Operation::insert) {
        if (drop_unchanged(change, *before)) return {};
        return refused("already_exists", "There is a record with this uid already.");
    }
    if (before && change.operation == Operation::update) {
        if (drop_unchanged(change, *before)) return {};
        fill_bases(change, *before, replay, set);
    }
    if (auto refusal = schema::check(change, before ? &*before : nullptr, replay.context()))
        return refused(std::move(refusal->code), std::move(refusal->message), std::move(refusal->errors));
    if (before) seen_.add(change);  // what he saw is his to change
    replay.apply(change, before ? &*before : nullptr);
    set.changes.push_back(std::move(change));
    return {};
}

// Writing the value that a field shows is no change. True when nothing is left but arguments.
bool LocalWriter::drop_unchanged(Change& change, const Record& before) const {
    const schema::EntityTable& table = work_.schema.at(change.entity);
    bool changes = false;
    std::erase_if(change.fields, [&](const FieldChange& item) {
        const schema::Field* field = table.field(item.field);
        const bool is_argument = field != nullptr && field->is_argument;
        const bool same = field != nullptr && !is_argument && shown_value(before, *field) == item.value;
        changes |= !is_argument && !same;
        return same;
    });
    return !changes;
}

// What the author saw, for the server to resolve conflicts by.
void LocalWriter::fill_bases(Change& change, const Record& before, const Replay& replay,
                             const sync::ChangeSet& set) const {
    const schema::EntityTable& table = work_.schema.at(change.entity);
    for (FieldChange& item : change.fields) {
        const schema::Field* field = table.field(item.field);
        if (field == nullptr || field->is_argument) continue;
        if (schema::number(item.base) == 0) item.base = base_of(key_of(change), item.field, set);
        const schema::Value seen = shown_value(before, *field);
        if (field->policy == schema::Policy::merge_text && !item.base_text) {
            const auto* text = std::get_if<std::string>(&seen);
            item.base_text = text != nullptr ? *text : std::string();
        }
        if (field->policy == schema::Policy::union_sets && item.added.empty() && item.removed.empty()) {
            const auto* elements = std::get_if<StringSet>(&seen);
            note_set_difference(elements != nullptr ? *elements : StringSet{}, item);
        }
        if (field->policy == schema::Policy::closed_wins) {
            const auto closed = [&](const schema::Value& value) {
                return schema::is_closed(work_.schema, change.entity, *field, value,
                                         replay.context().records);
            };
            item.reopens = closed(seen) && !closed(item.value);
        }
    }
}

// The seq of the confirmed record; over a pending change of the field, that change's base.
schema::Seq LocalWriter::base_of(const RecordKey& key, schema::FieldNumber field,
                                 const sync::ChangeSet& set) const {
    if (const FieldChange* item = latest(set, key, field)) return item->base;
    if (inserts(set, key)) return {};
    std::vector<Position> pending = work_.outbox.view().touching(key);
    for (auto position = pending.rbegin(); position != pending.rend(); ++position) {
        const auto earlier = work_.outbox.view().at(*position);
        if (!earlier) continue;
        if (const FieldChange* item = latest(*earlier, key, field)) return item->base;
    }
    const auto confirmed = work_.confirmed.find(key);
    return confirmed ? confirmed->seq : schema::Seq{};
}

Result<void> LocalWriter::check_size(std::size_t bytes) const {
    if (bytes <= work_.meta.change_set_bytes_max()) return {};
    return refused("too_large", "A write may have at most " +
                                    std::to_string(work_.meta.change_set_bytes_max()) +
                                    " bytes, this one has " + std::to_string(bytes) + ".");
}

}  // namespace fieldsync::device
