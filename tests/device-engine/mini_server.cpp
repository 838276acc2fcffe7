#include "mini_server.hpp"

#include <algorithm>

#include "fieldsync/sync/merge.hpp"

namespace fieldsync::testing {

MiniServer::MiniServer(const World& world, std::uint64_t seed) : world_(world), random_(seed) {
    for (const auto& part : world.everything(100).parts) {
        granted_[part.scope] = 100;
        for (const Record& record : part.records) records_[{record.entity, record.uid}] = record;
    }
}

std::optional<Record> MiniServer::find(schema::EntityNumber entity, const Uid& uid) const {
    const auto at = records_.find({entity, uid});
    return at == records_.end() ? std::nullopt : std::optional(at->second);
}

void MiniServer::each(schema::EntityNumber entity, FieldNumber field, const Uid& target,
                      const std::function<bool(const Record&)>& visit) const {
    for (const auto& [key, record] : records_)
        if (key.entity == entity && (schema::number(field) == 0 || record.fields.uid(field) == target))
            if (!visit(record)) return;
}

sync::Receipt MiniServer::push(const sync::ChangeSet& set, bool reject) {
    if (const auto known = receipts_.find(set.uid); known != receipts_.end()) return known->second;
    const bool fits = std::all_of(set.changes.begin(), set.changes.end(), [&](const Change& change) {
        if (change.operation != Operation::insert) return records_.contains({change.entity, change.uid});
        const Value* lead = change.entity == entity::note ? change.get(field::note_lead) : nullptr;
        const Value* client =
            change.entity == entity::requirement ? change.get(field::requirement_client) : nullptr;
        return (lead == nullptr || find(entity::lead, std::get<Uid>(*lead))) &&
               (client == nullptr || find(entity::client, std::get<Uid>(*client)));
    });
    sync::Receipt receipt = rejection_of(set.uid, head_);
    if (fits && !reject) {
        receipt = receipt_of(set.uid, ++head_, {});
        for (const Change& change : set.changes) commit(change, set.uid, set.made_at_us, receipt);
        std::sort(receipt.scopes.begin(), receipt.scopes.end());
        receipt.scopes.erase(std::unique(receipt.scopes.begin(), receipt.scopes.end()), receipt.scopes.end());
    }
    return receipts_[set.uid] = receipt;
}

void MiniServer::write(const Change& change) {
    sync::Receipt receipt = receipt_of({}, ++head_, {});
    apply(change, receipt);
}

void MiniServer::commit(const Change& change, const Uid& change_set, std::int64_t made_at_us,
                        sync::Receipt& receipt) {
    Change filled = change;
    const schema::Author author{world_.staff, false, false};
    const schema::RuleContext context{
        schema::Schema::current(), *this, world_.business, author, change_set, made_at_us, {}};
    schema::fill_computed(context.schema, filled, author, made_at_us);
    const auto before = find(change.entity, change.uid);
    apply(filled, receipt);
    const auto after = find(change.entity, change.uid);
    std::vector<Change> effects;
    schema::effects(filled, before ? &*before : nullptr, after ? &*after : nullptr, context, effects);
    for (const Change& effect : effects) {
        const bool exists = records_.contains({effect.entity, effect.uid});
        if (exists != (effect.operation == Operation::insert)) apply(effect, receipt);
    }
}

void MiniServer::apply(const Change& change, sync::Receipt& receipt) {
    const RecordKey key{change.entity, change.uid};
    const bool is_new = !records_.contains(key);
    if (is_new && change.operation != Operation::insert) return;
    if (!is_new && change.operation == Operation::insert) return;
    if (change.operation == Operation::remove) {
        const Record old = records_[key];
        log_.push_back({receipt.seq, old.scope, key, Operation::remove, false, old.id, {}});
        receipt.scopes.push_back(old.scope);
        records_.erase(key);
        return;
    }
    Record& record = records_[key];
    const schema::EntityTable& table = schema::Schema::current().at(change.entity);
    sync::LogChange entry{receipt.seq, {}, key, change.operation, is_new, 0, {}};
    for (const auto& item : change.fields) {
        const schema::Field& field = *table.field(item.field);
        if (field.is_argument) continue;
        Value value = item.value;
        if (item.base_text) {
            const auto merged = sync::merge_lines(
                *item.base_text, record.fields.text(item.field),
                std::holds_alternative<std::string>(value) ? std::get<std::string>(value) : "");
            if (merged) value = merged->empty() ? Value{} : Value{*merged};
        }
        record.fields.set(item.field, value);
        entry.fields.set(item.field, value);
    }
    record.entity = change.entity;
    record.uid = change.uid;
    record.seq = receipt.seq;
    record.scope = schema::scope_of(schema::Schema::current(), record, world_.business);
    if (is_new) {
        record.id = ++last_id_;
        receipt.ids.push_back({record.uid, record.id});
        if (record.scope == record.uid) grant(record.scope);
    }
    entry.scope = record.scope;
    entry.id = record.id;
    receipt.scopes.push_back(record.scope);
    log_.push_back(std::move(entry));
}

void MiniServer::grant(const Uid& scope) {
    if (!granted_.emplace(scope, head_).second) return;
    begun_.push_back(scope);
}

sync::Chunk MiniServer::evict(const Uid& scope) {
    granted_.erase(scope);
    filling_.erase(scope);
    std::erase(begun_, scope);
    return ChunkOf(sent_).evict(scope);
}

std::set<RecordKey> MiniServer::members(const Uid& scope) const {
    std::set<RecordKey> keys;
    for (const auto& [key, record] : records_)
        if (record.scope == scope) keys.insert(key);
    return keys;
}

sync::Chunk MiniServer::next_chunk(std::uint64_t entries) {
    const std::uint64_t to = std::min(head_, sent_ + entries);
    sync::Chunk chunk = ChunkOf(to);
    for (const Uid& scope : begun_) {
        chunk.begun.push_back({scope, Seq{granted_.at(scope)}});
        const auto keys = members(scope);
        filling_[scope].keys.assign(keys.begin(), keys.end());
    }
    begun_.clear();
    for (const sync::LogChange& entry : log_) {
        const auto seq = schema::number(entry.seq);
        const auto granted = granted_.find(entry.scope);
        if (seq <= sent_ || seq > to || granted == granted_.end() || seq <= granted->second) continue;
        sync::LogChange sent = entry;
        const auto filling = filling_.find(entry.scope);
        if (filling != filling_.end() && sent.operation != Operation::remove) {
            const auto record = records_.find(entry.key);
            if (record == records_.end()) continue;  // its removal comes later
            sent.whole = true;
            sent.seq = record->second.seq;
            sent.fields = record->second.fields;
        }
        chunk.changes.push_back(std::move(sent));
    }
    for (auto at = filling_.begin(); at != filling_.end();) {
        auto& keys = at->second.keys;
        if (random_() % 3 == 0) {
            ++at;
            continue;
        }
        sync::SnapshotPart part{at->first, Seq{head_}, std::to_string(keys.size()), false, {}};
        for (std::size_t n = 1 + random_() % 3; n > 0 && !keys.empty(); --n) {
            const auto record = records_.find(keys.back());
            if (record != records_.end()) part.records.push_back(record->second);
            keys.pop_back();
        }
        part.is_done = keys.empty();
        chunk.parts.push_back(part);
        at = part.is_done ? filling_.erase(at) : std::next(at);
    }
    sent_ = to;
    chunk.is_last = is_all_sent();
    chunk.head = Seq{head_};
    return chunk;
}

}  // namespace fieldsync::testing
