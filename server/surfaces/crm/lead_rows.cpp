#include "surfaces/crm/lead_rows.hpp"

#include "records/values.hpp"
#include "surfaces/format.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

constexpr std::string_view kColumns =
    "SELECT l.id, c.id, c.first_name, c.last_name, r.interest_type, r.property_type, r.preferred_location,"
    " l.stage, l.stage_changed_at, l.assigned_to, l.last_activity_at, l.created_at,"
    " r.id, r.min_budget, r.max_budget, r.min_size, r.max_size, r.notes, r.status, l.uid FROM ";
constexpr std::string_view kJoins =
    " LEFT JOIN client c ON c.business_id = l.business_id AND c.uid = l.client"
    " LEFT JOIN requirement r ON r.business_id = l.business_id AND r.uid = l.requirement ";
enum Column : int {
    kFirstName = 2,
    kInterest = 4,
    kTypeSlug = 5,
    kLocation = 6,
    kStage = 7,
    kStageChangedAt = 8,
    kLastActivityAt = 10,
    kCreatedAt = 11,
    kRequirementId = 12,
    kMinBudget = 13,
    kMaxBudget = 14,
    kMinSize = 15,
    kMaxSize = 16,
    kNotes = 17,
    kStatus = 18,
};
static_assert(kLeadAssignedToColumn == kStageChangedAt + 1 && kLeadUidColumn == kStatus + 1);

std::optional<std::string> title_at(storage::Row& row, const Names& names) {
    if (row.null(kRequirementId)) return std::nullopt;
    const std::string_view slug = text_at(row, kTypeSlug).value_or("");
    return requirement_title(text_at(row, kInterest).value_or(""), slug,
                             names.property_type(slug).value_or(""), text_at(row, kLocation).value_or(""));
}

}  // namespace

std::string lead_sql(std::string_view leads) {
    return std::string(kColumns) + std::string(leads) + std::string(kJoins);
}

std::optional<std::string> full_name_at(storage::Row& row, int first_name_column) {
    if (row.null(first_name_column)) return std::nullopt;
    return std::string(row.text(first_name_column)) + " " +
           std::string(text_at(row, first_name_column + 1).value_or(""));
}

void write_lead_summary(JsonWriter& json, storage::Row& row, const Names& names, const Caller& caller) {
    json.field("client_name", full_name_at(row, kFirstName));
    json.field("requirement_summary", title_at(row, names));
    json.object("current_stage", [&] {
        const Names::Stage* stage = names.stage(read_uid(row, kStage));
        json.field("id", stage ? std::optional(stage->id) : std::nullopt);
        json.field("name", stage ? stage->name : std::nullopt);
        json.field("color", stage ? stage->color : std::nullopt);
    });
    const std::int64_t changed_at_us = integer_at(row, kStageChangedAt).value_or(caller.now_us);
    json.field("days_in_stage", days_since(changed_at_us, caller.today, caller.owner.time_zone));
    json.field("assigned_to", names.person(read_uid(row, kLeadAssignedToColumn)));
    json.field("last_activity_at", time_at(row, kLastActivityAt));
    json.field("created_at", time_at(row, kCreatedAt));
}

void write_lead_requirement(JsonWriter& json, storage::Row& row, const Names& names) {
    if (row.null(kRequirementId)) return json.field("requirement", nullptr);
    json.object("requirement", [&] {
        json.field("id", row.integer(kRequirementId));
        json.field("title", title_at(row, names));
        json.field("interest_type", text_at(row, kInterest));
        json.field("property_type", text_at(row, kTypeSlug));
        json.field("budget", budget_text(integer_at(row, kMinBudget), integer_at(row, kMaxBudget)));
        json.field("size", size_text(integer_at(row, kMinSize), integer_at(row, kMaxSize)));
        json.field("preferred_location", text_at(row, kLocation));
        json.field("notes", text_at(row, kNotes));
        json.field("status", text_at(row, kStatus));
    });
}

}  // namespace fieldsync::server::surfaces::crm
