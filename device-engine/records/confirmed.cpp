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

std::optional<Record> Confirmed::find(const RecordKey& key) const {
    const Change* change = unstored(key);
    return change != nullptr ? change->after : view_.find(key);
}

std::vector<RecordKey> Confirmed::members(const schema::Uid& scope) const {
    std::vector<RecordKey> keys = view_.members(scope);
    for (auto at = scope.is_nil() ? kept_members_.begin() : kept_members_.find(scope);
         at != kept_members_.end(); ++at) {
        keys.insert(keys.end(), at->second.begin(), at->second.end());
        if (!scope.is_nil()) break;
    }
    return keys;
}

const Confirmed::Change* Confirmed::unstored(const RecordKey& key) const {
    const auto at = changed_.find(key);
    return at != changed_.end() && !at->second.is_stored ? &at->second : nullptr;
}

// Its entry in `confirmed_members` goes at once; store() makes the new one.
void Confirmed::replace(const RecordKey& key, const Record* after) {
    const auto [at, is_first] = changed_.try_emplace(key);
    Change& change = at->second;
    if (is_first || change.is_stored) {
        auto stored = view_.find(key);
        if (stored) tables_.erase(Table::confirmed_members, store::scoped_key(stored->scope, key));
        if (is_first) change.before = std::move(stored);
    }
    change.is_stored = false;
    keep(key, change, after);
}

void Confirmed::keep(const RecordKey& key, Change& change, const Record* after) {
    if (change.after) {
        const auto members = kept_members_.find(change.after->scope);
        if (members != kept_members_.end()) members->second.erase(key);
    }
    change.after.reset();
    if (after == nullptr) return;
    change.after = *after;
    kept_members_[after->scope].insert(key);
}

void Confirmed::store() {
    for (auto& [key, change] : changed_) {
        if (change.is_stored) continue;
        change.is_stored = true;
        const auto& record = change.after;
        if (record) tables_.put(Table::confirmed_members, store::scoped_key(record->scope, key), {});
        tables_.put(Table::confirmed, store::record_key(key),
                    record ? encode_stored(*record) : std::string());
    }
    kept_members_.clear();
}

void Confirmed::cover(const RecordKey& key, const Record* before) {
    const std::string stored = before != nullptr ? encode_stored(*before) : std::string();
    if (!tables_.add(Table::confirmed, store::record_key(key), stored)) return;
    if (before != nullptr) tables_.put(Table::confirmed_members, store::scoped_key(before->scope, key), {});
}

void Confirmed::follow(const RecordKey& key) {
    const auto record = find(key);
    const auto shown = records_.find(key);
    if (!record || !shown) return;
    Record next = *shown;
    next.seq = record->seq;
    if (record->id != 0) next.id = record->id;
    records_.put(&*shown, next);
}

void Confirmed::uncover(const RecordKey& key) {
    if (!view_.covers(key)) return;
    const bool is_stored = unstored(key) == nullptr;
    const auto record = find(key);
    tables_.erase(Table::confirmed, store::record_key(key));
    if (record && is_stored) tables_.erase(Table::confirmed_members, store::scoped_key(record->scope, key));
    if (!is_stored) {  // what is shown is it
        Change& change = changed_.find(key)->second;
        keep(key, change, nullptr);
        change.is_stored = true;
    }
    if (record)
        records_.put(*record);
    else
        records_.erase(key);
}

}  // namespace fieldsync::device
