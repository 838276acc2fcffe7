// The list of leads, and a lead's move to another stage.
#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"
#include "surfaces/crm/access.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/crm/lead_rows.hpp"
#include "surfaces/filter.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

namespace entity = schema::entity;

// Active: in a stage that does not close. IN, because it is counted along the index of stages, without a look
// at the leads.
constexpr std::string_view kCountActive =
    "SELECT count(*) FROM lead l WHERE l.business_id = ?1 AND l.stage IN (SELECT s.uid FROM stage s"
    " WHERE s.business_id = ?1 AND s.is_closed_won = 0 AND s.is_closed_lost = 0)";
// The first page, which most ask for, is joined as it is read.
const std::string kFirstActive =
    lead_sql("lead l JOIN stage s ON s.business_id = l.business_id AND s.uid = l.stage") +
    "WHERE l.business_id = ?1 AND s.is_closed_won = 0 AND s.is_closed_lost = 0";
// Further on, what lies before the page is not joined only to be skipped.
constexpr std::string_view kActive =
    "(SELECT l.* FROM lead l WHERE l.business_id = ?1 AND EXISTS (SELECT 1 FROM stage s"
    " WHERE s.business_id = l.business_id AND s.uid = l.stage AND s.is_closed_won = 0 AND s.is_closed_lost = "
    "0)";
constexpr std::string_view kOfStaff = "l.assigned_to = ?";
constexpr std::string_view kRecentFirst = " ORDER BY l.last_activity_at DESC, l.id DESC";

std::string page_of_active(const Filter& filter, const Page& page) {
    if (page.offset() == 0) return filter.page_sql(kFirstActive, kRecentFirst);
    return lead_sql(filter.page_sql(kActive, kRecentFirst, ") l")) + std::string(kRecentFirst);
}

const std::string kOneLead = lead_sql("lead l") + "WHERE l.business_id = ?1 AND l.uid = ?2";

constexpr auto kStage = schema::number_of<schema::lead_fields>("stage");
constexpr auto kStageNote = schema::number_of<schema::lead_fields>("stage_note");
constexpr BodyField kMoveBody[] = {{"stage_id", kStage}, {"note", kStageNote}};
constexpr std::string_view kMayNotMove = "You are not authorized to update this lead.";

http::Response moved(const Caller& caller, storage::Connection& connection, const schema::Uid& lead) {
    const Names& names = names_of(connection, caller.business());
    return success(200, "Lead stage updated successfully.", [&](JsonWriter& json) {
        connection.query(kOneLead, {number(caller.business()), blob(lead)}, [&](storage::Row& row) {
            json.begin_object();
            json.field("id", row.integer(kLeadIdColumn));
            write_lead_summary(json, row, names, caller);
            json.end_object();
        });
    });
}

// An id that is none of the business's is no error of the field here: the document has a message of its own.
bool is_unknown_stage(const schema::FieldErrors& errors, const boost::json::object& body) {
    const boost::json::value* given = body.if_contains("stage_id");
    const bool is_id = given != nullptr && (given->is_int64() || given->is_uint64());
    return is_id && errors.size() == 1 && errors[0].field == "stage";
}

}  // namespace

Outcome list_leads(Context& context) {
    const auto page = read_page(context.request);
    if (!page) return page.error();
    const Caller& caller = context.caller;
    Filter filter(caller.business());
    if (!caller.is_admin) filter.add(kOfStaff, blob(caller.owner.user));

    const std::int64_t total = context.counts.count(context.connection, caller.business(),
                                                    caller.is_admin ? schema::Uid{} : caller.owner.user,
                                                    filter.sql(kCountActive), filter.parameters());
    const std::string sql = page_of_active(filter, *page);
    const Names& names = names_of(context.connection, caller.business());
    return success_page("Leads fetched successfully.", *page, total, [&](JsonWriter& json) {
        std::int64_t shown = 0;
        context.connection.query(sql, filter.parameters(*page), [&](storage::Row& row) {
            ++shown;
            json.begin_object();
            json.field("id", row.integer(kLeadIdColumn));
            json.field("client_id", row.null(kLeadClientIdColumn)
                                        ? std::nullopt
                                        : std::optional(row.integer(kLeadClientIdColumn)));
            write_lead_summary(json, row, names, caller);
            json.end_object();
        });
        return shown;
    });
}

Outcome move_lead(Context& context) {
    const auto lead = open_lead(context, kMayNotMove);
    if (!lead) return lead.error();
    const auto body = read_object(context.request);
    if (!body) return body.error();

    schema::Change change = Context::update(entity::lead, lead->uid);
    schema::FieldErrors errors;
    context.body().read(*body, kMoveBody, change, errors);
    context.body().require(kStage, change, errors);
    if (is_unknown_stage(errors, *body)) return Failure{422, "The selected stage is not available."};
    if (!errors.empty()) return invalid(errors, context.model.at(entity::lead), kMoveBody);
    if (std::get<schema::Uid>(*change.get(kStage)) == lead->stage)
        return Failure{422, "The selected stage is already the current stage."};

    return Write{
        {std::move(change)},
        entity::lead,
        kMoveBody,
        kMayNotMove,
        [uid = lead->uid](const Caller& caller, storage::Connection& c) { return moved(caller, c, uid); }};
}

}  // namespace fieldsync::server::surfaces::crm
