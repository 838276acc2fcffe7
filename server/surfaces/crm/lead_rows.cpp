#include "surfaces/crm/lead_rows.hpp"

#include "surfaces/format.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

constexpr std::string_view kColumns =
    "SELECT l.id, c.id, c.first_name, c.last_name, r.interest_type, r.property_type,"
    " (SELECT t.name FROM property_type t WHERE t.business_id = l.business_id AND t.slug = r.property_type"
    "  ORDER BY t.id LIMIT 1),"
    " r.preferred_location, s.id, s.name, s.color, l.stage_changed_at, u.name, l.last_activity_at, "
    "l.created_at,"
    " r.id, r.min_budget, r.max_budget, r.min_size, r.max_size, r.notes, r.status FROM ";
constexpr std::string_view kJoins =
    " l LEFT JOIN client c ON c.business_id = l.business_id AND c.uid = l.client"
    " LEFT JOIN requirement r ON r.business_id = l.business_id AND r.uid = l.requirement"
    " LEFT JOIN stage s ON s.business_id = l.business_id AND s.uid = l.stage"
    " LEFT JOIN \"user\" u ON u.business_id = l.business_id AND u.uid = l.assigned_to ";
enum Column : int {
    kFirstName = 2,
    kInterest = 4,
    kTypeSlug = 5,
    kTypeLabel = 6,
    kLocation = 7,
    kStageId = 8,
    kStageName = 9,
    kStageColor = 10,
    kStageChangedAt = 11,
    kAssignedTo = 12,
    kLastActivityAt = 13,
    kCreatedAt = 14,
    kRequirementId = 15,
    kMinBudget = 16,
    kMaxBudget = 17,
    kMinSize = 18,
    kMaxSize = 19,
    kNotes = 20,
    kStatus = 21,
};

std::optional<std::string> title_at(storage::Row& row) {
    if (row.null(kRequirementId)) return std::nullopt;
    return requirement_title(text_at(row, kInterest).value_or(""), text_at(row, kTypeSlug).value_or(""),
                             text_at(row, kTypeLabel).value_or(""), text_at(row, kLocation).value_or(""));
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

void write_lead_summary(JsonWriter& json, storage::Row& row, const Caller& caller) {
    json.field("client_name", full_name_at(row, kFirstName));
    json.field("requirement_summary", title_at(row));
    json.object("current_stage", [&] {
        json.field("id", integer_at(row, kStageId));
        json.field("name", text_at(row, kStageName));
        json.field("color", text_at(row, kStageColor));
    });
    const std::int64_t changed_at_us = integer_at(row, kStageChangedAt).value_or(caller.now_us);
    json.field("days_in_stage", days_since(changed_at_us, caller.today, caller.owner.time_zone));
    json.field("assigned_to", text_at(row, kAssignedTo));
    json.field("last_activity_at", time_at(row, kLastActivityAt));
    json.field("created_at", time_at(row, kCreatedAt));
}

void write_lead_requirement(JsonWriter& json, storage::Row& row) {
    if (row.null(kRequirementId)) return json.field("requirement", nullptr);
    json.object("requirement", [&] {
        json.field("id", row.integer(kRequirementId));
        json.field("title", title_at(row));
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
