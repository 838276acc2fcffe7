#include "write_path/working_set.hpp"

#include <algorithm>

#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"

namespace fieldsync::server {

using schema::Operation;
using schema::RecordKey;

namespace {

// What one change-set made and deleted is in no log, but has its tombstone.
constexpr const char* kWasEver =
    "SELECT 1 FROM log_change WHERE business_id = ?1 AND uid = ?2"
    " UNION ALL SELECT 1 FROM tombstone WHERE business_id = ?1 AND uid = ?2 LIMIT 1";

}  // namespace

WorkingSet::WorkingSet(WriteGroup& group, const RecordTables& tables, BusinessId business,
                       schema::Uid business_uid)
    : group_(group),
      connection_(group.connection()),
      tables_(tables),
      business_(business),
      business_uid_(business_uid) {}

WorkingSet::Entry& WorkingSet::load(const RecordKey& key) const {
    const auto [at, is_first] = entries_.try_emplace(key);
    if (is_first && !is_new(key.uid)) {
        at->second.before = group_.find(business_, key);
        at->second.now = at->second.before;
    }
    return at->second;
}

void WorkingSet::look_whether_new(const schema::Uid& uid) {
    const auto [looked, is_first] = is_new_.try_emplace(uid, false);
    if (is_first) looked->second = !connection_.integer(kWasEver, {number(business_), blob(uid)});
}

WorkingSet::Entry& WorkingSet::entry(const RecordKey& key) {
    return load(key);
}

std::optional<schema::Record> WorkingSet::find(schema::EntityNumber entity, const schema::Uid& uid) const {
    const RecordKey key{entity, uid};
    if (is_new(uid) && !entries_.contains(key)) return std::nullopt;  // nothing to remember of it either
    const Entry& entry = load(key);
    if (!entry.now) return std::nullopt;
    return entry.now->record;
}

void WorkingSet::each(schema::EntityNumber entity, schema::FieldNumber field, const schema::Uid& target,
                      const std::function<bool(const schema::Record&)>& visit) const {
    const auto matches = [&](const schema::Record& record) {
        return schema::number(field) == 0 || record.fields.uid(field) == target;
    };
    bool stopped = false;
    tables_.at(entity).each(connection_, business_, field, target, [&](const StoredRecord& stored) {
        const auto known = entries_.find({entity, stored.record.uid});
        const bool is_touched = known != entries_.end() && known->second.touched;
        if (is_touched) return true;  // told below, as it is now
        stopped = !visit(stored.record);
        return !stopped;
    });
    for (std::size_t i = 0; i < order_.size() && !stopped; ++i) {
        if (order_[i].entity != entity) continue;
        const Entry& entry = entries_.at(order_[i]);
        if (entry.now && matches(entry.now->record)) stopped = !visit(schema::Record(entry.now->record));
    }
}

void WorkingSet::touch(const RecordKey& key) {
    Entry& entry = load(key);
    if (entry.touched) return;
    entry.touched = true;
    order_.push_back(key);
}

void WorkingSet::insert(StoredRecord stored) {
    const RecordKey key{stored.record.entity, stored.record.uid};
    load(key).now = std::move(stored);
    touch(key);
}

void WorkingSet::remove(const RecordKey& key) {
    touch(key);
    load(key).now.reset();
}

std::vector<RecordKey> WorkingSet::in_scope(const schema::Uid& scope) {
    std::vector<RecordKey> keys;
    constexpr std::int64_t kPage = 1'000;
    for (const RecordTable& table : tables_.all()) {
        std::int64_t after = 0, read = kPage;
        while (read == kPage) {
            read = 0;
            table.page(connection_, business_, scope, after, kPage, [&](const StoredRecord& stored) {
                keys.push_back({stored.record.entity, stored.record.uid});
                after = stored.record.id;
                ++read;
                return true;
            });
        }
    }
    for (const RecordKey& key : order_) {
        const Entry& entry = entries_.at(key);
        if (!entry.before && entry.now && entry.now->record.scope == scope) keys.push_back(key);
    }
    return keys;
}

sync::LogChange WorkingSet::log_change(const StoredRecord& stored, Operation operation,
                                       schema::Seq seq) const {
    sync::LogChange change;
    change.seq = seq;
    change.scope = stored.record.scope;
    change.key = {stored.record.entity, stored.record.uid};
    change.operation = operation;
    change.id = stored.record.id;
    if (operation == Operation::insert) {
        change.whole = true;
        const schema::EntityTable& table = tables_.schema().at(stored.record.entity);
        for (const auto& [field, value] : stored.record.fields.items())
            if (table.field(field)->is_synced) change.fields.set(field, value);
    }
    return change;
}

void WorkingSet::prepare_entry(Entry& entry, schema::Seq seq, std::vector<sync::LogChange>& log,
                               std::vector<sync::IdGiven>& ids) {
    if (!entry.before && !entry.now) return;
    const schema::Record& any = entry.now ? entry.now->record : entry.before->record;
    const RecordTable& table = tables_.at(any.entity);
    if (!entry.now) {
        pending_.push_back({&entry, {}});
        log.push_back(log_change(*entry.before, Operation::remove, seq));
        return;
    }
    schema::Record& record = entry.now->record;
    if (!entry.before) {
        // A business's own number is the one all its tables carry.
        if (record.entity == schema::entity::business) record.id = number(business_);
        if (record.id == 0) record.id = group_.next_id(business_, table.entity().name());
        record.seq = seq;
        pending_.push_back({&entry, {}});
        ids.push_back({record.uid, record.id});
        log.push_back(log_change(*entry.now, Operation::insert, seq));
        return;
    }
    std::vector<schema::FieldNumber> changed;
    static const schema::Value null;
    for (const schema::Field* field : table.columns()) {
        const schema::Value* now = record.fields.get(field->number);
        const schema::Value* before = entry.before->record.fields.get(field->number);
        if ((now == nullptr ? null : *now) != (before == nullptr ? null : *before))
            changed.push_back(field->number);
    }
    if (changed.empty()) return;
    record.seq = seq;
    pending_.push_back({&entry, changed});
    if (record.scope != entry.before->record.scope) {
        log.push_back(log_change(*entry.before, Operation::gone, seq));
        log.push_back(log_change(*entry.now, Operation::insert, seq));
        return;
    }
    sync::LogChange update = log_change(*entry.now, Operation::update, seq);
    for (const schema::FieldNumber field : changed) {
        if (!table.entity().field(field)->is_synced) continue;
        const schema::Value* value = record.fields.get(field);
        update.fields.set(field, value == nullptr ? null : *value);
    }
    log.push_back(std::move(update));
}

std::vector<sync::LogChange> WorkingSet::prepare(schema::Seq seq, std::vector<sync::IdGiven>& ids) {
    std::vector<sync::LogChange> log;
    for (const RecordKey& key : order_) prepare_entry(entries_.at(key), seq, log, ids);
    return log;
}

void WorkingSet::write() {
    for (const auto& [entry, changed] : pending_) {
        const schema::Record& record = entry->now ? entry->now->record : entry->before->record;
        const RecordTable& table = tables_.at(record.entity);
        if (!entry->now)
            table.remove(connection_, business_, record.uid);
        else if (!entry->before)
            table.insert(connection_, business_, *entry->now);
        else
            table.update(connection_, business_, *entry->now, changed);
        group_.forget(business_, {record.entity, record.uid});
    }
    pending_.clear();
}

}  // namespace fieldsync::server
