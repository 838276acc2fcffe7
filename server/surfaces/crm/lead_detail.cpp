// One lead with everything about it.
#include "records/values.hpp"
#include "surfaces/crm/access.hpp"
#include "surfaces/crm/activity.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/crm/lead_rows.hpp"
#include "surfaces/crm/visits.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

const std::string kLead = lead_sql("lead l") + "WHERE l.business_id = ?1 AND l.id = ?2";
constexpr const char* kHistory =
    "SELECT h.from_stage, h.to_stage, h.changed_by, h.note, h.created_at FROM stage_history h"
    " WHERE h.business_id = ?1 AND h.lead = ?2 ORDER BY h.created_at, h.id";
constexpr std::string_view kMayNotView = "You are not authorized to view this lead.";

void write_history(JsonWriter& json, storage::Connection& connection, BusinessId business,
                   const schema::Uid& lead) {
    const Names& names = names_of(connection, business);
    connection.query(kHistory, {number(business), blob(lead)}, [&](storage::Row& row) {
        json.begin_object();
        json.field("from_stage", names.stage_name(read_uid(row, 0)));
        json.field("to_stage", names.stage_name(read_uid(row, 1)));
        json.field("changed_by", performer_at(row, 2, names));
        json.field("note", text_at(row, 3));
        json.field("created_at", time_at(row, 4));
        json.end_object();
    });
}

void write_lead(JsonWriter& json, storage::Row& row, Context& context) {
    storage::Connection& connection = context.connection;
    const BusinessId business = context.caller.business();
    const schema::Uid lead = read_uid(row, kLeadUidColumn);
    const Names& names = names_of(connection, business);
    json.begin_object();
    json.field("id", row.integer(kLeadIdColumn));
    write_lead_summary(json, row, names, context.caller);
    write_lead_requirement(json, row, names);
    json.array("stage_history", [&] { write_history(json, connection, business, lead); });
    // Shortlist, quotes and agreement have no entity yet: a lead has none of them.
    json.array("shortlisted_properties", [] {});
    json.array("site_visits", [&] { write_visits(json, connection, business, lead, {}); });
    json.array("activity_log",
               [&] { write_activity(json, connection, business, lead, Order::newest_first); });
    json.array("quote_history", [] {});
    json.field("agreement", nullptr);
    json.end_object();
}

}  // namespace

// Found and shown by one statement: whether the caller may see it is told by the row itself.
Outcome get_lead(Context& context) {
    std::optional<Failure> refused = Failure{404};
    http::Response response = success(200, "Lead fetched successfully.", [&](JsonWriter& json) {
        context.connection.query(
            kLead, {number(context.caller.business()), context.id()}, [&](storage::Row& row) {
                refused = refusal(context.caller, read_uid(row, kLeadAssignedToColumn), kMayNotView);
                if (!refused) write_lead(json, row, context);
            });
    });
    if (refused) return *std::move(refused);
    return response;
}

}  // namespace fieldsync::server::surfaces::crm
