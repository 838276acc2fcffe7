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

const std::string kLead = lead_sql("lead l") + "WHERE l.business_id = ?1 AND l.uid = ?2";
constexpr const char* kHistory =
    "SELECT h.from_stage, h.to_stage, u.name, h.note, h.created_at FROM stage_history h"
    " LEFT JOIN \"user\" u ON u.business_id = h.business_id AND u.uid = h.changed_by"
    " WHERE h.business_id = ?1 AND h.lead = ?2 ORDER BY h.created_at, h.id";

void write_history(JsonWriter& json, storage::Connection& connection, BusinessId business,
                   const schema::Uid& lead) {
    const Names& names = names_of(connection, business);
    connection.query(kHistory, {number(business), blob(lead)}, [&](storage::Row& row) {
        json.begin_object();
        json.field("from_stage", names.stage_name(read_uid(row, 0)));
        json.field("to_stage", names.stage_name(read_uid(row, 1)));
        json.field("changed_by", performer_at(row, 2));
        json.field("note", text_at(row, 3));
        json.field("created_at", time_at(row, 4));
        json.end_object();
    });
}

}  // namespace

Outcome get_lead(Context& context) {
    const auto lead = open_lead(context, "You are not authorized to view this lead.");
    if (!lead) return lead.error();
    storage::Connection& connection = context.connection;
    const BusinessId business = context.caller.business();
    const Names& names = names_of(connection, business);
    return success(200, "Lead fetched successfully.", [&](JsonWriter& json) {
        json.begin_object();
        json.field("id", lead->id);
        connection.query(kLead, {number(business), blob(lead->uid)}, [&](storage::Row& row) {
            write_lead_summary(json, row, names, context.caller);
            write_lead_requirement(json, row, names);
        });
        json.array("stage_history", [&] { write_history(json, connection, business, lead->uid); });
        // Shortlist, quotes and agreement have no entity yet: a lead has none of them.
        json.array("shortlisted_properties", [] {});
        json.array("site_visits", [&] { write_visits(json, connection, business, lead->uid, {}); });
        json.array("activity_log",
                   [&] { write_activity(json, connection, business, lead->uid, Order::newest_first); });
        json.array("quote_history", [] {});
        json.field("agreement", nullptr);
        json.end_object();
    });
}

}  // namespace fieldsync::server::surfaces::crm
