#include "outbox/replay.hpp"

#include <algorithm>
#include <unordered_map>

#include "fieldsync/schema/calendar.hpp"
#include "outbox/field_merge.hpp"
#include "outbox/settled.hpp"
#include "records/index_key.hpp"

namespace fieldsync::device {
namespace {

using schema::Change;
using schema::Operation;
using schema::Record;
using schema::RecordKey;
using schema::Uid;

constexpr auto kTimeZone = schema::number_of<schema::business_fields>("time_zone");

RecordKey key_of(const Change& change) {
    return {change.entity, change.uid};
}

std::string date_of(const RecordView& records, const Uid& business, std::int64_t at_us) {
    const auto record = records.find(schema::entity::business, business);
    return schema::date_at(at_us, record ? record->fields.text(kTimeZone) : std::string("UTC"));
}

}  // namespace

void OwnFields::add(const Change& change) {
    std::pmr::vector<schema::FieldNumber>& fields = fields_[key_of(change)];
    fields.reserve(fields.size() + change.fields.size());
    for (const schema::FieldChange& item : change.fields)
        if (std::find(fields.begin(), fields.end(), item.field) == fields.end()) fields.push_back(item.field);
}

bool OwnFields::contains(const RecordKey& key, schema::FieldNumber field) const {
    const auto at = fields_.find(key);
    return at != fields_.end() && std::find(at->second.begin(), at->second.end(), field) != at->second.end();
}

Replay::Replay(Work& work, const Account& account, const sync::ChangeSet& set, OwnFields& earlier)
    : work_(work),
      context_{work.schema,
               work.records.view(),
               account.business,
               {account.user, account.is_admin(), false},
               set.uid,
               set.made_at_us,
               date_of(work.records.view(), account.business, set.made_at_us)},
      own_fields_(earlier) {}

void Replay::apply(Change& change) {
    const auto before = work_.records.find(key_of(change));
    apply(change, before ? &*before : nullptr);
}

void Replay::apply(Change& change, const Record* before) {
    Touch& touched = touch(key_of(change), before);
    context_.ordinal = touched.changes++;
    if (work_.schema.find(change.entity) == nullptr) return;  // made by a newer program
    const std::size_t said = change.fields.size();
    schema::fill_computed(work_.schema, change, context_.author, context_.made_at_us);
    switch (change.operation) {
        case Operation::insert:
            insert(change, before, touched);
            break;
        case Operation::update:
            update(change, before, touched);
            break;
        case Operation::remove:
            remove(change, before, touched);
            break;
        case Operation::gone:
            break;
    }
    own_fields_.add(change);
    change.fields.resize(said);  // computed fields nobody can set: they were added at the end
}

void Replay::insert(const Change& change, const Record* there, Touch& touch) {
    if (there != nullptr) {  // the server's version is here before the receipt: it says more
        touch_scope(*there);
        return run_effects(change, nullptr, there);
    }
    const Record record = drafted(change);
    touch_scope(record);
    if (!belongs_here(record)) return;
    put(nullptr, record, touch);
    run_effects(change, nullptr, &record);
}

void Replay::update(const Change& change, const Record* before, Touch& touch) {
    if (before == nullptr) return;
    touch_scope(before->scope);
    Record after = *before;
    merge_fields(change, after);
    put(before, after, touch);
    run_effects(change, before, &after);
}

void Replay::remove(const Change& change, const Record* before, Touch& touched) {
    if (before == nullptr) return;
    touch_scope(before->scope);
    erase(*before, touched);
    if (work_.schema.at(change.entity).entity().scope == schema::ScopeKind::own)
        for (const RecordKey& key : work_.records.members(change.uid))
            if (const auto member = work_.records.find(key)) erase(*member, touch(key, &*member));
    run_effects(change, before, nullptr);
}

void Replay::run_effects(const Change& change, const Record* before, const Record* after) {
    std::vector<Change> effects;
    schema::effects(change, before, after, context_, effects);
    for (const Change& effect : effects) apply_effect(effect);
}

void Replay::apply_effect(const Change& effect) {
    const RecordKey key = key_of(effect);
    const auto record = work_.records.find(key);
    Touch& touched = touch(key, record ? &*record : nullptr);
    if (effect.operation == Operation::insert) {
        if (record) return touch_scope(*record);
        const Record made = drafted(effect);
        touch_scope(made);
        if (belongs_here(made)) put(nullptr, made, touched);
        return;
    }
    if (!record) return;
    if (effect.operation == Operation::remove) return erase(*record, touched);
    Record after = *record;
    set_fields(effect, after);
    put(&*record, after, touched);
}

Record Replay::drafted(const Change& change) const {
    Record record;
    record.entity = change.entity;
    record.uid = change.uid;
    record.fields.reserve(change.fields.size());
    set_fields(change, record);
    record.scope = schema::scope_of(work_.schema, record, context_.business);
    return record;
}

void Replay::set_fields(const Change& change, Record& record) const {
    const schema::EntityTable& table = work_.schema.at(change.entity);
    for (const schema::FieldChange& item : change.fields) {
        const schema::Field* field = table.field(item.field);
        if (field != nullptr && field->is_argument) continue;
        record.fields.set(item.field, item.value);  // a newer program's field as well
        if (field != nullptr && field->name == table.entity().scope_field)
            record.scope = schema::scope_of(work_.schema, record, context_.business);
    }
}

void Replay::merge_fields(const Change& change, Record& record) const {
    const schema::EntityTable& table = work_.schema.at(change.entity);
    const auto confirmed = work_.confirmed.find(key_of(change));
    Change merged = change;
    for (schema::FieldChange& item : merged.fields) {
        const schema::Field* field = table.field(item.field);
        if (field == nullptr || field->is_argument) continue;
        const FieldMeeting meeting{item, shown_value(record, *field),
                                   confirmed && set_by_others(*confirmed, item)};
        item.value = forecast(work_.schema, change.entity, *field, meeting, context_.records);
    }
    set_fields(merged, record);
}

bool Replay::set_by_others(const Record& confirmed, const schema::FieldChange& item) const {
    if (confirmed.seq <= item.base) return false;
    if (own_fields_.contains(store::key_of(confirmed), item.field)) return false;
    return !work_.outbox.view().is_receipts_seq(confirmed.seq) && !Archive::has(work_.tables, confirmed.seq);
}

// The record whose aggregate this one belongs to, if that is another.
std::optional<RecordKey> Replay::root_of(const Record& record) const {
    const schema::EntityTable& table = work_.schema.at(record.entity);
    if (table.entity().scope != schema::ScopeKind::field) return std::nullopt;
    const schema::Field* by = table.field(table.entity().scope_field);
    const schema::EntityTable* root = by == nullptr ? nullptr : work_.schema.find(by->target);
    if (root == nullptr || root->entity().scope != schema::ScopeKind::own) return std::nullopt;
    return RecordKey{root->number(), record.scope};
}

// A record of an aggregate that is not here (evicted, deleted, somebody else's) is not shown either.
bool Replay::belongs_here(const Record& record) const {
    if (work_.tables.has(store::Table::evicted, record.scope.view())) return false;
    if (const auto root = root_of(record)) return has(*root);
    return work_.schema.at(record.entity).entity().scope != schema::ScopeKind::field ||
           record.scope == context_.author.user || work_.scopes.view().is_shown(record.scope);
}

// Whether an insert is shown depends on its scope and on the aggregate's root.
void Replay::touch_scope(const Record& record) {
    touch_scope(record.scope);
    const auto key = root_of(record);
    if (!key) return;
    const auto root = work_.records.find(*key);
    touch(*key, root ? &*root : nullptr);
}

void Replay::touch_scope(const Uid& scope) {
    touches_.try_emplace(scope_mark(scope));
}

Touch& Replay::touch(const RecordKey& key, const Record* before) {
    const auto [at, is_new] = touches_.try_emplace(key);
    if (is_new) work_.confirmed.cover(key, before);
    return at->second;
}

void Replay::put(const Record* before, const Record& after, Touch& touch) {
    note_step(before, &after, touch);
    work_.records.put(before, after);
}

void Replay::erase(const Record& before, Touch& touch) {
    note_step(nullptr, nullptr, touch);
    work_.records.erase(store::key_of(before));
}

void give_ids(const sync::Receipt& receipt, const std::vector<RecordKey>& writes, Records& records) {
    if (receipt.ids.empty()) return;
    std::unordered_map<Uid, RecordKey> keys;
    for (const RecordKey& key : writes)
        if (!is_scope_mark(key)) keys.emplace(key.uid, key);
    for (const sync::IdGiven& given : receipt.ids) {
        const auto key = keys.find(given.uid);
        if (key == keys.end()) continue;
        const auto record = records.find(key->second);
        if (!record || record->id != 0) continue;
        Record known = *record;
        known.id = given.id;
        records.put(&*record, known);
    }
}

}  // namespace fieldsync::device
