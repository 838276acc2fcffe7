// Who sees what: the scope of a record, and who holds a scope (design.md, Scopes).
#include <algorithm>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/schema/rules.hpp"

namespace fieldsync::schema {
namespace {

constexpr auto kLeadClient = number_of<lead_fields>("client");
constexpr auto kLeadAssignedTo = number_of<lead_fields>("assigned_to");
constexpr auto kClientAssignedTo = number_of<client_fields>("assigned_to");
constexpr auto kMemberProject = number_of<project_member_fields>("project");
constexpr auto kMemberUser = number_of<project_member_fields>("user");
constexpr auto kStageClosedWon = number_of<stage_fields>("is_closed_won");
constexpr auto kStageClosedLost = number_of<stage_fields>("is_closed_lost");

bool any(const RecordReader& records, EntityNumber entity, FieldNumber by, const Uid& target,
         FieldNumber field, const Uid& value) {
    bool found = false;
    records.each(entity, by, target, [&](const Record& record) {
        found = record.fields.uid(field) == value;
        return !found;
    });
    return found;
}

}  // namespace

Uid admins_scope(const Uid& business) {
    return derive_uid({business}, "admins");
}

Uid scope_of(const Schema& schema, const Record& record, const Uid& business) {
    const EntityTable& table = schema.at(record.entity);
    const Entity& entity = table.entity();
    switch (entity.scope) {
        case ScopeKind::own:
            return record.uid;
        case ScopeKind::business:
            return business;
        case ScopeKind::field:
            return record.fields.uid(table.field(entity.scope_field)->number);
        case ScopeKind::business_if: {
            const std::string value = record.fields.text(table.field(entity.scope_field)->number);
            const auto& open = entity.scope_values;
            return std::find(open.begin(), open.end(), value) != open.end() ? business
                                                                            : admins_scope(business);
        }
    }
    return {};
}

bool staff_holds(const Uid& user, const Uid& scope, const RecordReader& records, const Uid& business,
                 bool for_writing) {
    if (scope == business || scope == user) return true;
    if (const auto lead = records.find(entity::lead, scope)) return lead->fields.uid(kLeadAssignedTo) == user;
    if (const auto client = records.find(entity::client, scope)) {
        if (client->fields.uid(kClientAssignedTo) == user) return true;
        return !for_writing && any(records, entity::lead, kLeadClient, scope, kLeadAssignedTo, user);
    }
    return any(records, entity::project_member, kMemberProject, scope, kMemberUser, user);
}

bool is_closed(const Schema&, EntityNumber, const Field& field, const Value& value,
               const RecordReader& records) {
    if (const auto* text = std::get_if<std::string>(&value))
        return std::find(field.closed_values.begin(), field.closed_values.end(), *text) !=
               field.closed_values.end();
    if (const auto* uid = std::get_if<Uid>(&value)) {
        const auto stage = records.find(entity::stage, *uid);
        return stage && (stage->fields.boolean(kStageClosedWon) || stage->fields.boolean(kStageClosedLost));
    }
    return false;
}

}  // namespace fieldsync::schema
