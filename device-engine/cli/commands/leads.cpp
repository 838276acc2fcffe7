// The table of leads, and one lead with what belongs to it.
#include "cli/commands/leads.hpp"

#include "cli/json_output.hpp"
#include "cli/record_output.hpp"
#include "cli/refs.hpp"
#include "cli/values.hpp"

namespace fieldsync::cli {
namespace {

namespace entity = schema::entity;
using schema::number_of;
using schema::Record;

constexpr auto kClient = number_of<schema::lead_fields>("client");
constexpr auto kStage = number_of<schema::lead_fields>("stage");
constexpr auto kAssignedTo = number_of<schema::lead_fields>("assigned_to");
constexpr auto kLastActivityAt = number_of<schema::lead_fields>("last_activity_at");
constexpr auto kMobile = number_of<schema::client_fields>("mobile");

// Records of a lead, in order of a field.
device::Query of_lead(schema::EntityNumber entity, schema::FieldNumber lead, const schema::Uid& uid,
                      schema::FieldNumber order) {
    device::Query query;
    query.entity = entity;
    return query.where(lead, uid).order_by(order);
}

device::Query visits_of(const schema::Uid& lead) {
    return of_lead(entity::site_visit, number_of<schema::site_visit_fields>("lead"), lead,
                   number_of<schema::site_visit_fields>("visit_date"));
}

device::Query notes_of(const schema::Uid& lead) {
    return of_lead(entity::note, number_of<schema::note_fields>("lead"), lead,
                   number_of<schema::note_fields>("created_at"));
}

void write_names(JsonWriter& json, Names& names, const Record& lead) {
    json.field("client_name", names.of(entity::client, lead.fields.uid(kClient)));
    json.field("stage_name", names.of(entity::stage, lead.fields.uid(kStage)));
}

void print_leads(const Context& context, const std::vector<Record>& records) {
    Names names(context.engine, context.schema);
    if (context.json) {
        JsonWriter json;
        json.begin_array();
        for (const Record& lead : records) {
            json.begin_object();
            write_fields(json, context.schema.at(entity::lead), lead);
            write_names(json, names, lead);
            json.end_object();
        }
        json.end_array();
        return context.print(json);
    }
    const schema::Field& activity = *context.schema.at(entity::lead).field(kLastActivityAt);
    Table table({"id", "uid", "client", "mobile", "stage", "assigned to", "last activity"});
    for (const Record& lead : records) {
        const auto client = context.engine.get({entity::client, lead.fields.uid(kClient)});
        const schema::Uid staff = lead.fields.uid(kAssignedTo);
        table.add(
            {id_text(lead), lead.uid.to_string(), names.of(entity::client, lead.fields.uid(kClient)),
             client ? client->fields.text(kMobile) : "", names.of(entity::stage, lead.fields.uid(kStage)),
             staff.is_nil() ? "" : names.of(entity::user, staff), text_of(activity, shown(lead, activity))});
    }
    context.print(table);
}

}  // namespace

Outcome<Exit> leads(Context& context, bool all) {
    device::Query query;
    query.entity = entity::lead;
    query.order_by(kLastActivityAt, true);
    if (const auto account = context.engine.account(); account && !all)
        query.where(kAssignedTo, account->user);
    const auto found = context.engine.query(query);
    if (found.has_error()) return failure_of(found.error());
    print_leads(context, found->records);
    return Exit::done;
}

Outcome<Exit> show_lead(Context& context, const std::string& ref) {
    const schema::EntityTable& table = context.schema.at(entity::lead);
    const auto lead = find_record(context.engine, table, ref);
    if (lead.has_error()) return lead.error();
    const auto visits = context.engine.query(visits_of(lead->uid));
    if (visits.has_error()) return failure_of(visits.error());
    const auto notes = context.engine.query(notes_of(lead->uid));
    if (notes.has_error()) return failure_of(notes.error());

    if (context.json) {
        Names names(context.engine, context.schema);
        JsonWriter json;
        json.begin_object();
        write_fields(json, table, *lead);
        write_names(json, names, *lead);
        json.key("visits");
        write_records(json, context.schema.at(entity::site_visit), visits->records);
        json.key("notes");
        write_records(json, context.schema.at(entity::note), notes->records);
        json.end_object();
        context.print(json);
        return Exit::done;
    }
    print_record(context, table, *lead);
    const auto print_part = [&](schema::EntityNumber part, const char* title,
                                const std::vector<Record>& records) {
        if (records.empty()) return;
        context.out << "\n" << title << "\n";
        print_records(context, context.schema.at(part), records);
    };
    print_part(entity::site_visit, "Visits", visits->records);
    print_part(entity::note, "Notes", notes->records);
    return Exit::done;
}

}  // namespace fieldsync::cli
