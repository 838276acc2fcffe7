#include "simulation/log_model.hpp"

#include <algorithm>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/sync/codec.hpp"
#include "records/values.hpp"
#include "simulation/violation.hpp"

namespace fieldsync::simulation {
namespace {

namespace entity = schema::entity;
using schema::number_of;
using schema::Operation;

constexpr auto kUserType = number_of<schema::user_fields>("user_type");
constexpr auto kLeadAssigned = number_of<schema::lead_fields>("assigned_to");
constexpr auto kLeadClient = number_of<schema::lead_fields>("client");
constexpr auto kClientAssigned = number_of<schema::client_fields>("assigned_to");
constexpr auto kMemberUser = number_of<schema::project_member_fields>("user");
constexpr auto kMemberProject = number_of<schema::project_member_fields>("project");

constexpr const char* kChanges =
    "SELECT seq, body FROM log_change WHERE business_id = ?1 AND seq > ?2 ORDER BY seq, ordinal";

}  // namespace

void LogModel::follow(server::storage::Database& database) {
    std::vector<Entry> added;
    database.read([&](server::storage::Connection& connection) {
        const Seq now = server::read_head(connection, town_.business).seq;
        if (now <= head()) return;
        for (std::uint64_t seq = schema::number(head()) + 1; seq <= schema::number(now); ++seq) {
            const auto log = server::read_entry(connection, town_.business, Seq{seq});
            if (!log) throw Violation("log is gap-free", "the log has no entry " + std::to_string(seq));
            added.push_back({*log, {}});
        }
        connection.query(kChanges,
                         {server::number(town_.business), static_cast<std::int64_t>(schema::number(head()))},
                         [&](server::storage::Row& row) {
                             const std::uint64_t seq = static_cast<std::uint64_t>(row.integer(0));
                             auto change = sync::decode_log_change(server::read_bytes(row, 1));
                             added.at(seq - schema::number(head()) - 1).changes.push_back(std::move(*change));
                         });
    });
    for (Entry& entry : added) {
        entries_.push_back(std::move(entry));
        for (const sync::LogChange& change : entries_.back().changes) fold(change);
    }
}

// As a phone that holds everything does it.
void LogModel::fold(const sync::LogChange& change) {
    std::vector<Version>& versions = records_[change.key];
    const Record* before =
        versions.empty() || !versions.back().record ? nullptr : versions.back().record.get();
    Version next;
    next.seq = change.seq;
    if (change.operation == Operation::remove || change.operation == Operation::gone) {
        if (before == nullptr || before->scope != change.scope) return;
    } else {
        Record record;
        if (change.operation == Operation::update && !change.whole) {
            if (before == nullptr || before->scope != change.scope)
                throw Violation("the log fits together", "an update of a record that is not there");
            record = *before;
        } else if (before != nullptr) {
            record.id = before->id;
        }
        record.entity = change.key.entity;
        record.uid = change.key.uid;
        record.scope = change.scope;
        record.seq = change.seq;
        if (change.id != 0) record.id = change.id;
        for (const auto& [field, value] : change.fields.items()) record.fields.set(field, value);
        next.checksum[0] = sync::checksum(Town::schema(), record);
        next.checksum[1] = sync::checksum(Town::older_schema(), record);
        next.record = std::make_shared<const Record>(std::move(record));
    }
    if (!versions.empty() && versions.back().seq == change.seq)
        versions.back() = std::move(next);
    else
        versions.push_back(std::move(next));
}

void LogModel::cut_off(Seq head) {
    if (head >= this->head()) return;
    entries_.resize(schema::number(head));
    for (auto& [key, versions] : records_)
        while (!versions.empty() && versions.back().seq > head) versions.pop_back();
}

bool LogModel::has(const sync::Cursor& place) const {
    return schema::number(place.seq) != 0 && place.seq <= head() &&
           entry(place.seq).log.place.stamp == place.stamp;
}

const LogModel::Version* LogModel::version(const std::vector<Version>& versions, Seq at) const {
    for (auto one = versions.rbegin(); one != versions.rend(); ++one)
        if (one->seq <= at) return one->record ? &*one : nullptr;
    return nullptr;
}

const Record* LogModel::find(const RecordKey& key, Seq at) const {
    const auto versions = records_.find(key);
    if (versions == records_.end()) return nullptr;
    const Version* found = version(versions->second, at);
    return found == nullptr ? nullptr : found->record.get();
}

std::vector<Record> LogModel::all(schema::EntityNumber entity, Seq at) const {
    std::vector<Record> found;
    for (auto one = records_.lower_bound({entity, {}}); one != records_.end() && one->first.entity == entity;
         ++one)
        if (const Version* then = version(one->second, at)) found.push_back(*then->record);
    return found;
}

void LogModel::each(Seq at, const std::function<void(const Record&)>& visit) const {
    for (const auto& [key, versions] : records_)
        if (const Version* then = version(versions, at)) visit(*then->record);
}

std::set<Uid> LogModel::held(const Uid& user, Seq at) const {
    const Record* record = find({entity::user, user}, at);
    const std::string type = record == nullptr ? std::string() : record->fields.text(kUserType);
    if (type == "admin") return {Uid{}};
    if (type != "staff") return {};
    std::set<Uid> scopes{town_.business_uid, user};
    const auto look = [&](schema::EntityNumber entity, const std::function<void(const Record&)>& visit) {
        for (auto one = records_.lower_bound({entity, {}});
             one != records_.end() && one->first.entity == entity; ++one)
            if (const Version* then = version(one->second, at)) visit(*then->record);
    };
    look(entity::lead, [&](const Record& lead) {
        if (lead.fields.uid(kLeadAssigned) != user) return;
        scopes.insert(lead.uid);
        if (find({entity::client, lead.fields.uid(kLeadClient)}, at) != nullptr)
            scopes.insert(lead.fields.uid(kLeadClient));
    });
    look(entity::client, [&](const Record& client) {
        if (client.fields.uid(kClientAssigned) == user) scopes.insert(client.uid);
    });
    look(entity::project_member, [&](const Record& member) {
        if (member.fields.uid(kMemberUser) == user) scopes.insert(member.fields.uid(kMemberProject));
    });
    return scopes;
}

LogModel::Sums LogModel::sums(Seq at, Of of) const {
    Sums sums;
    for (const auto& [key, versions] : records_) {
        const Version* then = version(versions, at);
        if (then == nullptr) continue;
        sync::ScopeChecksum& sum = sums[then->record->scope];
        sum.scope = then->record->scope;
        ++sum.records;
        sum.checksum += then->checksum[of == Of::today ? 0 : 1];
    }
    return sums;
}

std::uint64_t LogModel::hash() const {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    const auto add = [&](std::string_view bytes) {
        for (const char byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001B3ULL;
    };
    std::string bytes;
    for (const Entry& entry : entries_) {
        add(entry.log.change_set.view());
        for (const sync::LogChange& change : entry.changes) {
            bytes.clear();
            sync::encode_log_change(change, bytes);
            add(bytes);
        }
    }
    return hash;
}

}  // namespace fieldsync::simulation
