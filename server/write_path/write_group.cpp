#include "write_path/write_group.hpp"

#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"
#include "write_path/change_log.hpp"
#include "write_path/receipts.hpp"

namespace fieldsync::server {
namespace {

constexpr const char* kBusinessUid = "SELECT uid FROM business WHERE business_id = ?1 AND id = ?1";

// Records kept: some hundred are what the people of one business name on one day.
constexpr std::size_t kSharedMax = 2'048;

}  // namespace

WriteGroup::WriteGroup(storage::Connection& connection, const RecordTables& tables)
    : connection_(connection), tables_(tables) {}

sync::Cursor WriteGroup::head(BusinessId business) {
    const auto [at, is_new] = heads_.try_emplace(business);
    if (is_new) at->second.stored = at->second.now = take_head(connection_, business);
    return at->second.now;
}

void WriteGroup::move_head(BusinessId business, const sync::Cursor& head) {
    heads_[business].now = head;
}

WriteGroup::Number& WriteGroup::number_of(BusinessId business, const schema::Uid& store) {
    const auto [at, is_new] = numbers_.try_emplace({business, store});
    if (is_new) {
        const auto last = server::last_number(connection_, business, store);
        at->second.exists = last.has_value();
        at->second.stored = at->second.now = static_cast<std::int64_t>(last.value_or(0));
    }
    return at->second;
}

std::uint64_t WriteGroup::last_number(BusinessId business, const schema::Uid& store) {
    return static_cast<std::uint64_t>(number_of(business, store).now);
}

void WriteGroup::move_last_number(BusinessId business, const schema::Uid& store, std::uint64_t last) {
    Number& number = number_of(business, store);
    if (number.exists) number.now = static_cast<std::int64_t>(last);
}

std::int64_t WriteGroup::next_id(BusinessId business, std::string_view entity) {
    auto& ids = ids_[business];
    auto at = ids.find(entity);
    if (at == ids.end()) {
        const std::int64_t first = server::next_id(connection_, business, entity);
        at = ids.emplace(std::string(entity), Number{first, first - 1, true}).first;
    }
    ids_given_.push_back(&at->second);
    return ++at->second.now;
}

void WriteGroup::keep_ids() {
    ids_given_.clear();
}

void WriteGroup::give_back_ids() {
    for (Number* number : ids_given_) --number->now;
    ids_given_.clear();
}

schema::Uid WriteGroup::business_uid(BusinessId business) {
    schema::Uid& uid = business_uids_[business];
    if (uid.is_nil())
        connection_.query(kBusinessUid, {number(business)},
                          [&](storage::Row& row) { uid = read_uid(row, 0); });
    return uid;
}

bool WriteGroup::is_shared(schema::EntityNumber entity) const {
    const schema::ScopeKind scope = tables_.schema().at(entity).entity().scope;
    return entity == schema::entity::business || scope == schema::ScopeKind::business ||
           scope == schema::ScopeKind::business_if;
}

std::optional<StoredRecord> WriteGroup::find(BusinessId business, const schema::RecordKey& key) {
    const RecordTable& table = tables_.at(key.entity);
    if (!is_shared(key.entity)) return table.find(connection_, business, key.uid);
    const auto kept = shared_.find({business, key});
    if (kept != shared_.end()) return kept->second;
    auto found = table.find(connection_, business, key.uid);
    if (!found) return found;
    if (shared_.size() >= kSharedMax) shared_.clear();
    shared_.emplace(Key{business, key}, *found);
    return found;
}

void WriteGroup::forget(BusinessId business, const schema::RecordKey& key) {
    shared_.erase({business, key});
}

void WriteGroup::settle() {
    for (const auto& [business, head] : heads_)
        if (head.now != head.stored) write_head(connection_, business, head.now);
    for (const auto& [store, last] : numbers_)
        if (last.now != last.stored)
            server::move_last_number(connection_, store.first, store.second,
                                     static_cast<std::uint64_t>(last.now));
    for (const auto& [business, ids] : ids_)
        for (const auto& [entity, last] : ids)
            if (last.now != last.stored) set_last_id(connection_, business, entity, last.now);
    heads_.clear();
    numbers_.clear();
    ids_given_.clear();
    ids_.clear();
    business_uids_.clear();
    shared_.clear();
}

}  // namespace fieldsync::server
