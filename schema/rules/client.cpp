// Client and requirement: a client's staff, and the lead that every requirement makes.
#include "fieldsync/schema/entities.hpp"
#include "rules/aggregate.hpp"

namespace fieldsync::schema::rules {
namespace {

constexpr auto kAssignedTo = number_of<client_fields>("assigned_to");
constexpr auto kClient = number_of<requirement_fields>("client");
constexpr auto kPropertyType = number_of<requirement_fields>("property_type");
constexpr auto kSlug = number_of<property_type_fields>("slug");
constexpr auto kStageDefault = number_of<stage_fields>("is_default");

constexpr auto kLeadClient = number_of<lead_fields>("client");
constexpr auto kLeadRequirement = number_of<lead_fields>("requirement");
constexpr auto kLeadStage = number_of<lead_fields>("stage");
constexpr auto kLeadAssignedTo = number_of<lead_fields>("assigned_to");
constexpr auto kLeadStageChangedAt = number_of<lead_fields>("stage_changed_at");
constexpr auto kLeadLastActivityAt = number_of<lead_fields>("last_activity_at");
constexpr auto kLeadCreatedAt = number_of<lead_fields>("created_at");

constexpr auto kHistoryLead = number_of<stage_history_fields>("lead");
constexpr auto kHistoryTo = number_of<stage_history_fields>("to_stage");
constexpr auto kHistoryBy = number_of<stage_history_fields>("changed_by");
constexpr auto kHistoryAt = number_of<stage_history_fields>("created_at");

// A member of staff who enters a client gets him assigned.
void complete_client(Change& change, const RuleContext& context) {
    const bool is_staff = !context.author.is_admin && !context.author.is_system;
    if (change.operation == Operation::insert && is_staff && change.find(kAssignedTo) == nullptr)
        change.set(kAssignedTo, context.author.user);
}

std::optional<Refusal> check_client(const Change& change, const Record*, const RuleContext& context) {
    return check_assignee(change, kAssignedTo, "assigned_to", context);
}

std::optional<Refusal> check_requirement(const Change& change, const Record* before,
                                         const RuleContext& context) {
    const auto value_of = [&](FieldNumber field) -> const Value* {
        if (const Value* changed = change.get(field)) return changed;
        return before == nullptr ? nullptr : before->fields.get(field);
    };
    FieldErrors errors;
    const auto at_most = [&](std::string_view low_name, std::string_view high_name) {
        const EntityTable& table = context.schema.at(entity::requirement);
        const Field* low_field = table.field(low_name);
        const auto* low = get_if<std::int64_t>(value_of(low_field->number));
        const auto* high = get_if<std::int64_t>(value_of(table.field(high_name)->number));
        if (low != nullptr && high != nullptr && *low > *high)
            errors.push_back({std::string(low_name), Broken::too_large, *high, {}, low_field->scale});
    };
    at_most("min_budget", "max_budget");
    at_most("min_size", "max_size");

    const auto* type = get_if<std::string>(change.get(kPropertyType));
    if (type != nullptr && *type != "any") {
        bool found = false;
        context.records.each(entity::property_type, FieldNumber{}, {}, [&](const Record& record) {
            found = record.fields.text(kSlug) == *type;
            return !found;
        });
        if (!found) errors.push_back({"property_type", Broken::selected, 0, {}, 0});
    }
    if (errors.empty()) return std::nullopt;
    return Refusal{"validation_failed", "Validation failed.", std::move(errors)};
}

Uid default_stage(const RecordReader& records) {
    Uid stage;
    records.each(entity::stage, FieldNumber{}, {}, [&](const Record& record) {
        if (record.fields.boolean(kStageDefault)) stage = record.uid;
        return stage.is_nil();
    });
    return stage;
}

// A requirement and its lead are one to one: the lead's uid follows from the requirement's.
void requirement_effects(const EffectInput& input, std::vector<Change>& out) {
    if (input.change.operation != Operation::insert) return;
    const RuleContext& context = input.context;
    const Uid client_uid = input.after->fields.uid(kClient);
    const auto client = context.records.find(entity::client, client_uid);
    const Uid stage = default_stage(context.records);
    if (!client || stage.is_nil()) return;

    Change lead = insert_of(entity::lead, effect_uid(input.change.uid, {}, "lead"));
    lead.set(kLeadClient, client_uid);
    lead.set(kLeadRequirement, input.change.uid);
    lead.set(kLeadStage, stage);
    if (const Uid staff = client->fields.uid(kAssignedTo); !staff.is_nil()) lead.set(kLeadAssignedTo, staff);
    lead.set(kLeadStageChangedAt, context.made_at_us);
    lead.set(kLeadLastActivityAt, context.made_at_us);
    lead.set(kLeadCreatedAt, context.made_at_us);

    Change history = insert_of(entity::stage_history, effect_uid(lead.uid, {}, "stage_history"));
    history.set(kHistoryLead, lead.uid);
    history.set(kHistoryTo, stage);
    history.set(kHistoryBy, context.author.user);
    history.set(kHistoryAt, context.made_at_us);

    out.push_back(std::move(lead));
    out.push_back(std::move(history));
}

}  // namespace

std::vector<EntityRules> client_rules() {
    return {
        {.entity = entity::client, .complete = complete_client, .check = check_client},
        {.entity = entity::requirement, .check = check_requirement, .effects = requirement_effects},
    };
}

}  // namespace fieldsync::schema::rules
