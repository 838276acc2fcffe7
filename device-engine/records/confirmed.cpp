#include "records/confirmed.hpp"

namespace fieldsync::device {

using schema::Record;
using schema::RecordKey;
using store::Table;

bool ConfirmedView::covers(const RecordKey& key) const {
    return tables_.has(Table::confirmed, store::record_key(key));
}

std::optional<Record> ConfirmedView::find(const RecordKey& key) const {
    const auto covered = tables_.get(Table::confirmed, store::record_key(key));
    if (!covered) return records_.find(key);
    if (covered->empty()) return std::nullopt;
    return decode_stored(*covered);
}

std::vector<RecordKey> ConfirmedView::members(const schema::Uid& scope) const {
    std::vector<RecordKey> keys;
    const auto from = [&](Table table, bool covered_too) {
        const std::string_view prefix = scope.is_nil() ? std::string_view() : scope.view();
        tables_.each(table, prefix, [&](std::string_view bytes, std::string_view) {
            const RecordKey key = store::read_scoped_key(bytes);
            if (covered_too || !covers(key)) keys.push_back(key);
        });
    };
    from(Table::members, false);
    from(Table::confirmed_members, true);
    return keys;
}

void Confirmed::put(const Record& record) {
    const RecordKey key = store::key_of(record);
    if (view_.covers(key))
        replace(key, &record);
    else
        records_.put(record);
}

void Confirmed::erase(const RecordKey& key) {
    if (view_.covers(key))
        replace(key, nullptr);
    else
        records_.erase(key);
}

void Confirmed::replace(const RecordKey& key, const Record* after) {
    auto before = find(key);
    if (before && (after == nullptr || before->scope != after->scope))
        tables_.erase(Table::confirmed_members, store::scoped_key(before->scope, key));
    if (after != nullptr && (!before || before->scope != after->scope))
        tables_.put(Table::confirmed_members, store::scoped_key(after->scope, key), {});
    tables_.put(Table::confirmed, store::record_key(key),
                after != nullptr ? encode_stored(*after) : std::string());
    changed_.try_emplace(key, std::move(before));
}

void Confirmed::cover(const RecordKey& key) {
    if (view_.covers(key)) return;
    const auto record = records_.find(key);
    tables_.put(Table::confirmed, store::record_key(key), record ? encode_stored(*record) : std::string());
    if (record) tables_.put(Table::confirmed_members, store::scoped_key(record->scope, key), {});
}

void Confirmed::follow(const RecordKey& key) {
    const auto record = find(key);
    auto shown = records_.find(key);
    if (!record || !shown) return;
    shown->seq = record->seq;
    if (record->id != 0) shown->id = record->id;
    records_.put(*shown);
}

void Confirmed::uncover(const RecordKey& key) {
    if (!view_.covers(key)) return;
    const auto record = find(key);
    tables_.erase(Table::confirmed, store::record_key(key));
    if (record) {
        tables_.erase(Table::confirmed_members, store::scoped_key(record->scope, key));
        records_.put(*record);
    } else {
        records_.erase(key);
    }
}

}  // namespace fieldsync::device
