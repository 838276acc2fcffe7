// Site visits of a lead.
#include "surfaces/crm/visits.hpp"

#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"
#include "surfaces/crm/access.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/names.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

namespace entity = schema::entity;

const std::string kSelect =
    "SELECT v.id, p.id, p.title, v.visit_date, v.visit_time, v.accompanying_staff, v.notes, v.stage_at_visit,"
    " v.logged_by, v.logged_at FROM site_visit v"
    " LEFT JOIN property p ON p.business_id = v.business_id AND p.uid = v.property"
    " WHERE v.business_id = ?1";
const std::string kOfLead = kSelect + " AND v.lead = ?2 ORDER BY v.visit_date, v.visit_time, v.id";
const std::string kOne = kSelect + " AND v.uid = ?2";

constexpr auto kLead = schema::number_of<schema::site_visit_fields>("lead");
constexpr auto kDate = schema::number_of<schema::site_visit_fields>("visit_date");
constexpr BodyField kBody[] = {
    {"property_id", schema::number_of<schema::site_visit_fields>("property")},
    {"visit_date", kDate},
    {"visit_time", schema::number_of<schema::site_visit_fields>("visit_time")},
    {"accompanying_staff", schema::number_of<schema::site_visit_fields>("accompanying_staff")},
    {"notes", schema::number_of<schema::site_visit_fields>("notes")},
};

void write_visit(JsonWriter& json, storage::Row& row, const Names& names,
                 std::optional<std::int64_t> lead_id) {
    json.begin_object();
    json.field("id", row.integer(0));
    if (lead_id) json.field("lead_id", *lead_id);
    json.field("property_id", integer_at(row, 1));
    json.field("property_title", text_at(row, 2));
    json.field("visit_date", text_at(row, 3));
    json.field("visit_time", text_at(row, 4));
    json.field("accompanying_staff", text_at(row, 5));
    json.field("notes", text_at(row, 6));
    json.field("stage_at_visit", names.stage_name(read_uid(row, 7)));
    json.field("logged_by", names.person(read_uid(row, 8)));
    json.field("logged_at", time_at(row, 9));
    json.end_object();
}

http::Response logged(const Caller& caller, storage::Connection& connection, const schema::Uid& visit,
                      std::int64_t lead_id) {
    const Names& names = names_of(connection, caller.business());
    return success(201, "Site visit logged successfully.", [&](JsonWriter& json) {
        connection.query(kOne, {number(caller.business()), blob(visit)},
                         [&](storage::Row& row) { write_visit(json, row, names, lead_id); });
    });
}

}  // namespace

std::int64_t write_visits(JsonWriter& json, storage::Connection& connection, BusinessId business,
                          const schema::Uid& lead, std::optional<std::int64_t> lead_id) {
    const Names& names = names_of(connection, business);
    std::int64_t count = 0;
    connection.query(kOfLead, {number(business), blob(lead)}, [&](storage::Row& row) {
        ++count;
        write_visit(json, row, names, lead_id);
    });
    return count;
}

Outcome list_visits(Context& context) {
    const auto lead = open_lead(context);
    if (!lead) return lead.error();
    return success(200, "Site visits fetched.", [&](JsonWriter& json) {
        std::int64_t count = 0;
        json.begin_object();
        json.array("visits", [&] {
            count = write_visits(json, context.connection, context.caller.business(), lead->uid, lead->id);
        });
        json.field("count", count);
        json.end_object();
    });
}

Outcome log_visit(Context& context) {
    const auto lead = open_lead(context);
    if (!lead) return lead.error();
    const auto body = read_object(context.request);
    if (!body) return body.error();

    schema::Change change = context.insert(entity::site_visit);
    change.set(kLead, lead->uid);
    schema::FieldErrors errors;
    context.body().read(*body, kBody, change, errors);
    if (!errors.empty()) {
        // The rulebook says so of a change that is sound otherwise; here all that is wrong is told at once.
        const auto* date = schema::get_if<std::string>(change.get(kDate));
        if (date != nullptr && schema::is_date(*date) && *date > context.caller.today)
            errors.push_back({"visit_date", schema::Broken::other, 0,
                              "The visit date must be a date before or equal to today.", 0});
        return invalid(errors, context.model.at(entity::site_visit), kBody);
    }
    const schema::Uid uid = change.uid;
    return Write{{std::move(change)},
                 entity::site_visit,
                 kBody,
                 {},
                 [uid, id = lead->id](const Caller& caller, storage::Connection& c) {
                     return logged(caller, c, uid, id);
                 }};
}

}  // namespace fieldsync::server::surfaces::crm
