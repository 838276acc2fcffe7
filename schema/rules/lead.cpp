// Lead, with its visits and notes: what moves it, and the history and activity that follow.
#include <algorithm>

#include "fieldsync/schema/entities.hpp"
#include "rules/aggregate.hpp"

namespace fieldsync::schema::rules {
namespace {

constexpr auto kStage = number_of<lead_fields>("stage");
constexpr auto kAssignedTo = number_of<lead_fields>("assigned_to");
constexpr auto kStageNote = number_of<lead_fields>("stage_note");
constexpr auto kStageChangedAt = number_of<lead_fields>("stage_changed_at");
constexpr auto kLastActivityAt = number_of<lead_fields>("last_activity_at");
constexpr auto kRequirement = number_of<lead_fields>("requirement");
constexpr auto kRequirementStatus = number_of<requirement_fields>("status");

constexpr auto kStageName = number_of<stage_fields>("name");
constexpr auto kStageActive = number_of<stage_fields>("is_active");

constexpr auto kHistoryLead = number_of<stage_history_fields>("lead");
constexpr auto kHistoryFrom = number_of<stage_history_fields>("from_stage");
constexpr auto kHistoryTo = number_of<stage_history_fields>("to_stage");
constexpr auto kHistoryBy = number_of<stage_history_fields>("changed_by");
constexpr auto kHistoryNote = number_of<stage_history_fields>("note");
constexpr auto kHistorySuperseded = number_of<stage_history_fields>("is_superseded");
constexpr auto kHistoryAt = number_of<stage_history_fields>("created_at");

constexpr auto kVisitLead = number_of<site_visit_fields>("lead");
constexpr auto kVisitProperty = number_of<site_visit_fields>("property");
constexpr auto kVisitDate = number_of<site_visit_fields>("visit_date");
constexpr auto kVisitStage = number_of<site_visit_fields>("stage_at_visit");
constexpr auto kPropertyTitle = number_of<property_fields>("title");

constexpr auto kNoteLead = number_of<note_fields>("lead");
constexpr auto kNoteText = number_of<note_fields>("note");

constexpr auto kActivityLead = number_of<activity_fields>("lead");
constexpr auto kActivityAction = number_of<activity_fields>("action");
constexpr auto kActivityDescription = number_of<activity_fields>("description");
constexpr auto kActivityBy = number_of<activity_fields>("performed_by");
constexpr auto kActivityAt = number_of<activity_fields>("created_at");

std::optional<Refusal> check_lead(const Change& change, const Record* before, const RuleContext& context) {
    if (auto refusal = check_assignee(change, kAssignedTo, "assigned_to", context)) return refusal;
    const auto* stage_uid = get_if<Uid>(change.get(kStage));
    if (stage_uid == nullptr || context.author.is_system) return std::nullopt;
    if (before != nullptr && before->fields.uid(kStage) == *stage_uid) return std::nullopt;
    const auto stage = context.records.find(entity::stage, *stage_uid);
    const Value* active = stage ? stage->fields.get(kStageActive) : nullptr;
    const bool available = stage && (active == nullptr || stage->fields.boolean(kStageActive));
    if (available) return std::nullopt;
    return Refusal{"stage_not_available", "The selected stage is not available.", {}};
}

// A move, whether it holds, lost against a concurrent one (`after` tells) or says the same as that: history
// and activity either way.
void lead_effects(const EffectInput& input, std::vector<Change>& out) {
    const auto* moved_to = get_if<Uid>(input.change.get(kStage));
    if (input.change.operation != Operation::update || moved_to == nullptr) return;
    const RuleContext& context = input.context;
    const Uid from = input.before->fields.uid(kStage);
    const bool holds = input.after->fields.uid(kStage) == *moved_to;
    if (holds && from == *moved_to && !context.agrees) return;

    Change history = insert_of(entity::stage_history, effect_uid(input.change.uid, context.change_set,
                                                                 "stage_history", context.ordinal));
    history.set(kHistoryLead, input.change.uid);
    // One that lost, or came second, did not start from where the lead is now.
    if (holds && !context.agrees && !from.is_nil()) history.set(kHistoryFrom, from);
    history.set(kHistoryTo, *moved_to);
    history.set(kHistoryBy, context.author.user);
    if (const Value* note = input.change.get(kStageNote); note != nullptr && !is_null(*note))
        history.set(kHistoryNote, *note);
    if (!holds) history.set(kHistorySuperseded, true);
    history.set(kHistoryAt, context.made_at_us);
    out.push_back(std::move(history));

    const auto stage = context.records.find(entity::stage, *moved_to);
    log_activity(input, *input.after, "stage_changed",
                 "Stage changed to " + (stage ? stage->fields.text(kStageName) : std::string()), out);
    const Uid now = input.after->fields.uid(kStage);
    if (now == from) return;

    Change lead = update_of(entity::lead, input.change.uid);
    lead.set(kStageChangedAt, context.made_at_us);
    out.push_back(std::move(lead));

    const Field& stage_field = *context.schema.at(entity::lead).field(kStage);
    const bool closed = is_closed(context.schema, entity::lead, stage_field, now, context.records);
    if (const Uid requirement = input.after->fields.uid(kRequirement); !requirement.is_nil()) {
        Change status = update_of(entity::requirement, requirement);
        status.set(kRequirementStatus, std::string(closed ? "closed" : "active"));
        out.push_back(std::move(status));
    }
}

void complete_visit(Change& change, const RuleContext& context) {
    const auto* lead_uid = get_if<Uid>(change.get(kVisitLead));
    if (change.operation != Operation::insert || lead_uid == nullptr || change.find(kVisitStage) != nullptr)
        return;
    const auto lead = context.records.find(entity::lead, *lead_uid);
    if (lead && !lead->fields.uid(kStage).is_nil()) change.set(kVisitStage, lead->fields.uid(kStage));
}

std::optional<Refusal> check_visit(const Change& change, const Record*, const RuleContext& context) {
    const auto* date = get_if<std::string>(change.get(kVisitDate));
    if (date == nullptr || context.author.is_system || *date <= context.today) return std::nullopt;
    return invalid("visit_date", Broken::other, 0, "The visit date must be a date before or equal to today.");
}

void visit_effects(const EffectInput& input, std::vector<Change>& out) {
    if (input.change.operation != Operation::insert) return;
    const auto lead = input.context.records.find(entity::lead, input.after->fields.uid(kVisitLead));
    if (!lead) return;
    const auto property =
        input.context.records.find(entity::property, input.after->fields.uid(kVisitProperty));
    log_activity(input, *lead, "site_visit_logged",
                 "Site visit logged for " +
                     (property ? property->fields.text(kPropertyTitle) : "a deleted property") + " on " +
                     input.after->fields.text(kVisitDate) + ".",
                 out);
}

void note_effects(const EffectInput& input, std::vector<Change>& out) {
    if (input.change.operation != Operation::insert) return;
    const auto lead = input.context.records.find(entity::lead, input.after->fields.uid(kNoteLead));
    if (lead) log_activity(input, *lead, "note_added", input.after->fields.text(kNoteText), out);
}

}  // namespace

void log_activity(const EffectInput& input, const Record& lead, std::string_view action,
                  std::string description, std::vector<Change>& out) {
    const RuleContext& context = input.context;
    Change activity = insert_of(entity::activity,
                                effect_uid(input.change.uid, context.change_set, action, context.ordinal));
    activity.set(kActivityLead, lead.uid);
    activity.set(kActivityAction, std::string(action));
    activity.set(kActivityDescription, std::move(description));
    activity.set(kActivityBy, context.author.user);
    activity.set(kActivityAt, context.made_at_us);
    out.push_back(std::move(activity));

    if (lead.fields.integer(kLastActivityAt) >= context.made_at_us) return;
    Change touched = update_of(entity::lead, lead.uid);
    touched.set(kLastActivityAt, context.made_at_us);
    out.push_back(std::move(touched));
}

std::vector<EntityRules> lead_rules() {
    return {
        {.entity = entity::lead, .check = check_lead, .effects = lead_effects},
        {.entity = entity::site_visit,
         .complete = complete_visit,
         .check = check_visit,
         .effects = visit_effects},
        {.entity = entity::note, .effects = note_effects},
    };
}

}  // namespace fieldsync::schema::rules
