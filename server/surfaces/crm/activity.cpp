// A lead's activity, and the notes that people add to it.
#include "surfaces/crm/activity.hpp"

#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"
#include "surfaces/crm/access.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

namespace entity = schema::entity;

const std::string kSelect =
    "SELECT a.id, a.action, a.description, a.performed_by, a.created_at FROM activity a"
    " WHERE a.business_id = ?1 AND a.lead = ?2 ";
const std::string kOldestFirst = kSelect + "ORDER BY a.created_at, a.id";
const std::string kNewestFirst = kSelect + "ORDER BY a.created_at DESC, a.id DESC";
constexpr const char* kNote =
    "SELECT n.id, n.note, n.created_by, n.created_at FROM note n WHERE n.business_id = ?1 AND n.uid = ?2";

constexpr auto kLead = schema::number_of<schema::note_fields>("lead");
constexpr BodyField kNoteBody[] = {{"note", schema::number_of<schema::note_fields>("note")}};
constexpr std::string_view kMayNotView = "You are not authorized to view this lead.";
constexpr std::string_view kMayNotAdd = "You are not authorized to add notes to this lead.";

http::Response added(const Caller& caller, storage::Connection& connection, const schema::Uid& note) {
    const Names& names = names_of(connection, caller.business());
    return success(201, "Note added successfully.", [&](JsonWriter& json) {
        connection.query(kNote, {number(caller.business()), blob(note)}, [&](storage::Row& row) {
            json.begin_object();
            json.field("id", row.integer(0));
            json.field("note", text_at(row, 1));
            json.field("created_by", names.person(read_uid(row, 2)));
            json.field("created_at", time_at(row, 3));
            json.end_object();
        });
    });
}

}  // namespace

std::string_view performer_at(storage::Row& row, int user_column, const Names& names) {
    return names.person(read_uid(row, user_column)).value_or("Admin");
}

void write_activity(JsonWriter& json, storage::Connection& connection, BusinessId business,
                    const schema::Uid& lead, Order order) {
    const Names& names = names_of(connection, business);
    const std::string& sql = order == Order::oldest_first ? kOldestFirst : kNewestFirst;
    connection.query(sql, {number(business), blob(lead)}, [&](storage::Row& row) {
        json.begin_object();
        json.field("id", row.integer(0));
        json.field("action", text_at(row, 1));
        json.field("description", text_at(row, 2));
        json.field("performed_by", performer_at(row, 3, names));
        json.field("created_at", time_at(row, 4));
        json.end_object();
    });
}

Outcome list_activity(Context& context) {
    const auto lead = open_lead(context, kMayNotView);
    if (!lead) return lead.error();
    return success(200, "Activity log fetched successfully.", [&](JsonWriter& json) {
        json.begin_array();
        write_activity(json, context.connection, context.caller.business(), lead->uid, Order::oldest_first);
        json.end_array();
    });
}

Outcome add_note(Context& context) {
    const auto lead = open_lead(context, kMayNotAdd);
    if (!lead) return lead.error();
    const auto body = read_object(context.request);
    if (!body) return body.error();

    schema::Change change = context.insert(entity::note);
    change.set(kLead, lead->uid);
    schema::FieldErrors errors;
    context.body().read(*body, kNoteBody, change, errors);
    if (!errors.empty()) return invalid(errors, context.model.at(entity::note), kNoteBody);
    const schema::Uid uid = change.uid;
    return Write{{std::move(change)},
                 entity::note,
                 kNoteBody,
                 kMayNotAdd,
                 [uid](const Caller& caller, storage::Connection& c) { return added(caller, c, uid); }};
}

}  // namespace fieldsync::server::surfaces::crm
