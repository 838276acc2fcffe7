#include "records/records.hpp"

#include <algorithm>

#include "fieldsync/device/error.hpp"
#include "fieldsync/schema/entities.hpp"
#include "fieldsync/sync/codec.hpp"
#include "records/index_key.hpp"

namespace fieldsync::device {

using schema::Record;
using schema::RecordKey;
using store::Table;

Record decode_stored(std::string_view bytes) {
    auto record = sync::decode_record(bytes);
    if (!record) throw StoreFailure("a stored record is damaged: " + record.error().what, 0);
    return std::move(*record);
}

std::string encode_stored(const Record& record) {
    std::string bytes;
    bytes.reserve(256);  // most are shorter
    sync::encode_record(record, bytes);
    return bytes;
}

bool RecordView::has(const RecordKey& key) const {
    return tables_.has(Table::records, store::record_key(key));
}

// Asks for all of it at once: what is decoded byte by byte would be waited for line by line.
std::optional<std::string_view> RecordView::stored(const RecordKey& key) const {
    constexpr std::size_t kLineBytes = 64, kBytesMax = 4 * kLineBytes;  // most are shorter
    const auto bytes = tables_.get(Table::records, store::record_key(key));
    if (bytes)
        for (std::size_t at = 0; at < std::min(bytes->size(), kBytesMax); at += kLineBytes)
            __builtin_prefetch(bytes->data() + at);
    return bytes;
}

std::optional<Record> RecordView::find(const RecordKey& key) const {
    const auto bytes = stored(key);
    if (!bytes) return std::nullopt;
    return decode_stored(*bytes);
}

std::optional<Record> RecordView::find(schema::EntityNumber entity, const schema::Uid& uid) const {
    return find(RecordKey{entity, uid});
}

std::optional<schema::FieldMap> RecordView::find_fields(const RecordKey& key,
                                                        std::span<const schema::FieldNumber> fields) const {
    const auto bytes = stored(key);
    if (!bytes) return std::nullopt;
    auto found = sync::decode_record_fields(*bytes, fields);
    if (!found) throw StoreFailure("a stored record is damaged: " + found.error().what, 0);
    return std::move(*found);
}

std::optional<Record> RecordView::find_id(schema::EntityNumber entity, std::int64_t id) const {
    const auto uid = tables_.get(Table::ids, store::id_key(entity, id));
    if (!uid) return std::nullopt;
    return find(entity, store::read_uid(*uid));
}

void RecordView::each(schema::EntityNumber entity, schema::FieldNumber field, const schema::Uid& target,
                      const std::function<bool(const Record&)>& visit) const {
    const schema::EntityTable* table = schema_.find(entity);
    const schema::Field* by = table == nullptr ? nullptr : table->field(field);
    if (by != nullptr && is_indexed(*by)) {
        const std::string prefix = index_prefix(entity, field) + index_value(target);
        tables_.each(Table::indexes, prefix, [&](std::string_view key, std::string_view) {
            const auto record = find(entity, uid_in(key));
            return !record || visit(*record);
        });
        return;
    }
    const bool all = schema::number(field) == 0;
    tables_.each(Table::records, store::entity_prefix(entity), [&](std::string_view, std::string_view bytes) {
        const Record record = decode_stored(bytes);
        return !(all || record.fields.uid(field) == target) || visit(record);
    });
}

// A root is a member of its own scope; whatever is one makes the uid a scope's. A user's has no record of his.
bool RecordView::is_other_root(const RecordKey& key) const {
    if (key.entity != schema::entity::user && has({schema::entity::user, key.uid})) return true;
    if (!tables_.has_prefix(Table::members, key.uid.view())) return false;
    bool is_other = false;
    tables_.each(Table::members, key.uid.view(), [&](std::string_view member, std::string_view) {
        is_other |= store::read_scoped_key(member) != key;
        return !is_other;
    });
    return is_other;
}

void Records::put(const Record& record) {
    const auto before = find(store::key_of(record));
    put(before ? &*before : nullptr, record);
}

void Records::put(const Record* before, const Record& after) {
    if (before != nullptr && *before == after) return;
    const RecordKey key = store::key_of(after);
    replace(before, &after);
    tables_.put(Table::records, store::record_key(key), encode_stored(after));
    changed_.push_back(key);
}

void Records::erase(const RecordKey& key) {
    const auto before = find(key);
    if (!before) return;
    replace(&*before, nullptr);
    tables_.erase(Table::records, store::record_key(key));
    changed_.push_back(key);
}

// Everything that stands beside the record itself.
void Records::replace(const Record* before, const Record* after) {
    replace_indexes(before, after);
    if (before != nullptr && (after == nullptr || before->scope != after->scope))
        tables_.erase(Table::members, store::scoped_key(before->scope, store::key_of(*before)));
    if (after != nullptr && (before == nullptr || before->scope != after->scope))
        tables_.put(Table::members, store::scoped_key(after->scope, store::key_of(*after)), {});

    if (before != nullptr && before->id != 0 && (after == nullptr || before->id != after->id)) {
        // A restored server may have given it to another record meanwhile.
        const store::Key id = store::id_key(before->entity, before->id);
        if (tables_.get(Table::ids, id) == before->uid.view()) tables_.erase(Table::ids, id);
    }
    if (after != nullptr && after->id != 0 && (before == nullptr || before->id != after->id))
        tables_.put(Table::ids, store::id_key(after->entity, after->id), after->uid.view());
}

void Records::replace_indexes(const Record* before, const Record* after) {
    const Record& record = after != nullptr ? *after : *before;
    const schema::EntityTable* table = schema_.find(record.entity);
    const bool is_same = before != nullptr && after != nullptr && before->fields == after->fields;
    if (table == nullptr || is_same) return;
    std::string old_key, new_key;
    for (const schema::Field& field : table->fields()) {
        if (!is_indexed(field)) continue;
        old_key.clear();
        new_key.clear();
        if (before != nullptr) append_index_key(*before, field, old_key);
        if (after != nullptr) append_index_key(*after, field, new_key);
        if (old_key == new_key) continue;
        if (!old_key.empty()) tables_.erase(Table::indexes, old_key);
        if (!new_key.empty()) tables_.put(Table::indexes, new_key, {});
    }
}

std::vector<RecordKey> Records::members(const schema::Uid& scope) const {
    std::vector<RecordKey> keys;
    tables_.each(Table::members, scope.view(), [&](std::string_view key, std::string_view) {
        keys.push_back(store::read_scoped_key(key));
    });
    return keys;
}

void Records::rebuild_indexes() {
    tables_.clear(Table::indexes);
    tables_.each(Table::records, {}, [&](std::string_view, std::string_view bytes) {
        for (const std::string& key : index_keys(schema_, decode_stored(bytes)))
            tables_.put(Table::indexes, key, {});
    });
}

}  // namespace fieldsync::device
