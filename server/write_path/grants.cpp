#include "write_path/grants.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"

namespace fieldsync::server {
namespace {

using schema::number_of;
using schema::Uid;
namespace entity = schema::entity;

constexpr auto kLeadClient = number_of<schema::lead_fields>("client");
constexpr auto kLeadAssigned = number_of<schema::lead_fields>("assigned_to");
constexpr auto kClientAssigned = number_of<schema::client_fields>("assigned_to");
constexpr auto kMemberProject = number_of<schema::project_member_fields>("project");
constexpr auto kMemberUser = number_of<schema::project_member_fields>("user");
constexpr auto kUserType = number_of<schema::user_fields>("user_type");

constexpr const char* kOpen =
    "SELECT from_seq FROM scope_grant WHERE business_id = ?1 AND user_uid = ?2 AND scope = ?3 AND to_seq IS "
    "NULL";
constexpr const char* kInsert =
    "INSERT INTO scope_grant (business_id, user_uid, scope, from_seq) VALUES (?1, ?2, ?3, ?4)";
constexpr const char* kClose =
    "UPDATE scope_grant SET to_seq = ?4 WHERE business_id = ?1 AND user_uid = ?2 AND scope = ?3 AND to_seq "
    "IS NULL";
constexpr const char* kHeldSince =
    "SELECT 1 FROM scope_grant WHERE business_id = ?1 AND user_uid = ?2 AND (scope = ?3 OR scope = ?5)"
    " AND (to_seq IS NULL OR to_seq > ?4) LIMIT 1";
constexpr const char* kSince =
    "SELECT scope, from_seq, to_seq FROM scope_grant WHERE business_id = ?1 AND user_uid = ?2"
    " AND (to_seq IS NULL OR to_seq > ?3) ORDER BY from_seq, scope";
constexpr const char* kOfChangesSince =
    "SELECT scope, from_seq, to_seq FROM scope_grant WHERE business_id = ?1 AND user_uid = ?2 AND from_seq > "
    "?3"
    " UNION SELECT scope, from_seq, to_seq FROM scope_grant"
    " WHERE business_id = ?1 AND user_uid = ?2 AND to_seq > ?3"
    " UNION SELECT g.scope, g.from_seq, g.to_seq FROM"
    " (SELECT scope FROM log_change WHERE business_id = ?1 AND seq > ?3 UNION SELECT ?4) c CROSS JOIN "
    "scope_grant g"
    " WHERE g.business_id = ?1 AND g.user_uid = ?2 AND g.scope = c.scope AND g.to_seq IS NULL ORDER BY 2, 1";

constexpr const char* kScopesSince =
    "SELECT DISTINCT scope FROM log_change WHERE business_id = ?1 AND uid = ?2 AND seq > ?3 AND entity = ?4";

using Pair = std::pair<Uid, Uid>;  // user, scope

class Affected {
  public:
    void add(const Uid& user, const Uid& scope) {
        if (!user.is_nil() && !scope.is_nil()) pairs_.emplace(user, scope);
    }
    void add_all_of(const Uid& user) { users_.insert(user); }

    void look_at(const schema::Record& record) {
        if (record.entity == entity::lead) {
            add(record.fields.uid(kLeadAssigned), record.uid);
            add(record.fields.uid(kLeadAssigned), record.fields.uid(kLeadClient));
        } else if (record.entity == entity::client) {
            add(record.fields.uid(kClientAssigned), record.uid);
        } else if (record.entity == entity::project_member) {
            add(record.fields.uid(kMemberUser), record.fields.uid(kMemberProject));
        } else if (record.entity == entity::user) {
            add_all_of(record.uid);
        }
    }

    [[nodiscard]] const std::set<Pair>& pairs() const { return pairs_; }
    [[nodiscard]] const std::set<Uid>& users() const { return users_; }

  private:
    std::set<Pair> pairs_;
    std::set<Uid> users_;
};

// Who holds what follows from who there is, whose it is and what kind of user he is; not from a lead's last
// activity, which every visit moves.
bool says_the_same(const WorkingSet::Entry& entry) {
    if (!entry.before || !entry.now) return !entry.before && !entry.now;
    const schema::FieldMap& before = entry.before->record.fields;
    const schema::FieldMap& now = entry.now->record.fields;
    switch (schema::number(entry.now->record.entity)) {
        case schema::number(entity::lead):
            return before.uid(kLeadAssigned) == now.uid(kLeadAssigned) &&
                   before.uid(kLeadClient) == now.uid(kLeadClient);
        case schema::number(entity::client):
            return before.uid(kClientAssigned) == now.uid(kClientAssigned);
        case schema::number(entity::project_member):
            return before.uid(kMemberUser) == now.uid(kMemberUser) &&
                   before.uid(kMemberProject) == now.uid(kMemberProject);
        case schema::number(entity::user):
            return before.text(kUserType) == now.text(kUserType);
        default:
            return true;
    }
}

std::string type_of(const schema::RecordReader& records, const Uid& user) {
    const auto record = records.find(entity::user, user);
    return record ? record->fields.text(kUserType) : std::string();
}

Grant read_grant(storage::Row& row) {
    Grant grant;
    grant.scope = read_uid(row, 0);
    grant.from = schema::Seq{static_cast<std::uint64_t>(row.integer(1))};
    if (!row.null(2)) grant.to = schema::Seq{static_cast<std::uint64_t>(row.integer(2))};
    return grant;
}

// Everything a user could hold because of the data.
void add_candidates(const schema::RecordReader& records, const Uid& user, const Uid& business,
                    Affected& affected) {
    affected.add(user, business);
    affected.add(user, user);
    records.each(entity::lead, kLeadAssigned, user, [&](const schema::Record& lead) {
        affected.look_at(lead);
        return true;
    });
    records.each(entity::client, kClientAssigned, user, [&](const schema::Record& client) {
        affected.look_at(client);
        return true;
    });
    records.each(entity::project_member, kMemberUser, user, [&](const schema::Record& member) {
        affected.look_at(member);
        return true;
    });
}

}  // namespace

void update_grants(storage::Connection& connection, BusinessId business, const Uid& business_uid,
                   const WorkingSet& set, schema::Seq seq) {
    Affected affected;
    for (const schema::RecordKey& key : set.touched()) {
        const WorkingSet::Entry& entry = set.touched_entry(key);
        if (says_the_same(entry)) continue;
        if (entry.before) affected.look_at(entry.before->record);
        if (entry.now) affected.look_at(entry.now->record);
    }
    for (const Uid& user : affected.users()) {
        add_candidates(set, user, business_uid, affected);
        for (const Grant& grant : read_grants(connection, business, user, seq))
            affected.add(user, grant.scope);
    }

    const auto at = static_cast<std::int64_t>(schema::number(seq));
    const auto bring_to = [&](const Uid& user, const Uid& scope, bool wanted) {
        const bool open = connection.integer(kOpen, {number(business), blob(user), blob(scope)}).has_value();
        if (open == wanted) return;
        connection.post(wanted ? kInsert : kClose, {number(business), blob(user), blob(scope), at});
    };
    for (const Uid& user : affected.users()) bring_to(user, {}, type_of(set, user) == "admin");
    for (const auto& [user, scope] : affected.pairs())
        bring_to(user, scope,
                 type_of(set, user) == "staff" && schema::staff_holds(user, scope, set, business_uid, false));
}

bool held_since(storage::Connection& connection, BusinessId business, const Uid& user, const Uid& scope,
                schema::Seq since) {
    return connection
        .integer(kHeldSince, {number(business), blob(user), blob(scope),
                              static_cast<std::int64_t>(schema::number(since)), blob(Uid{})})
        .has_value();
}

bool seen_since(storage::Connection& connection, BusinessId business, const Uid& user,
                const schema::RecordKey& record, schema::Seq since) {
    std::vector<Uid> left;
    connection.query(kScopesSince,
                     {number(business), blob(record.uid), static_cast<std::int64_t>(schema::number(since)),
                      static_cast<std::int64_t>(schema::number(record.entity))},
                     [&](storage::Row& row) { left.push_back(read_uid(row, 0)); });
    return std::any_of(left.begin(), left.end(), [&](const Uid& scope) {
        return held_since(connection, business, user, scope, since);
    });
}

std::vector<Grant> read_grants(storage::Connection& connection, BusinessId business, const Uid& user,
                               schema::Seq since) {
    std::vector<Grant> grants;
    connection.query(kSince, {number(business), blob(user), static_cast<std::int64_t>(schema::number(since))},
                     [&](storage::Row& row) { grants.push_back(read_grant(row)); });
    return grants;
}

std::vector<Grant> read_grants_of_changes(storage::Connection& connection, BusinessId business,
                                          const Uid& user, schema::Seq since) {
    std::vector<Grant> grants;
    connection.query(
        kOfChangesSince,
        {number(business), blob(user), static_cast<std::int64_t>(schema::number(since)), blob(Uid{})},
        [&](storage::Row& row) { grants.push_back(read_grant(row)); });
    return grants;
}

}  // namespace fieldsync::server
