// What field staff write on a lead.
#include <algorithm>

#include "cli/commands/leads.hpp"
#include "cli/record_output.hpp"
#include "cli/refs.hpp"
#include "cli/values.hpp"

namespace fieldsync::cli {
namespace {

namespace entity = schema::entity;
using schema::Change;
using schema::number_of;
using schema::Record;
using schema::Uid;

constexpr auto kStageName = number_of<schema::stage_fields>("name");
constexpr auto kStageOrder = number_of<schema::stage_fields>("order");

Change change_of(schema::EntityNumber entity, schema::Operation operation) {
    Change change;
    change.entity = entity;
    change.operation = operation;
    return change;
}

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

Outcome<Uid> find_stage(const Context& context, const std::string& name) {
    device::Query query;
    query.entity = entity::stage;
    const auto stages = context.engine.query(query.order_by(kStageOrder));
    if (stages.has_error()) return failure_of(stages.error());
    std::vector<Uid> same, similar;
    std::string all;
    for (const Record& stage : stages->records) {
        const std::string its = stage.fields.text(kStageName);
        all += (all.empty() ? "" : ", ") + its;
        if (its == name) same.push_back(stage.uid);
        if (lowered(its) == lowered(name)) similar.push_back(stage.uid);
    }
    const std::vector<Uid>& found = same.empty() ? similar : same;
    if (found.size() == 1) return found.front();
    if (found.empty())
        return failed("stage_not_found", "There is no stage '" + name + "'. There are: " + all);
    return failed("stage_ambiguous", "More than one stage is called '" + name + "'. There are: " + all);
}

// A value of the command line into the change, by the field's type.
Outcome<void> set(const Context& context, Change& change, std::string_view field_name,
                  const std::string& text) {
    const schema::Field& field = *context.schema.at(change.entity).field(field_name);
    auto value = parse_value(field, text);
    if (value.has_error()) return value.error();
    change.set(field.number, std::move(*value));
    return {};
}

// A relation to a record that has to be here.
Outcome<void> relate(const Context& context, Change& change, std::string_view field_name,
                     const std::string& ref) {
    const schema::Field& field = *context.schema.at(change.entity).field(field_name);
    const auto record = find_record(context.engine, context.schema.at(field.target), ref);
    if (record.has_error()) return record.error();
    change.set(field.number, record->uid);
    return {};
}

}  // namespace

Outcome<Exit> move_lead(Context& context, const std::string& ref, const std::string& stage_name,
                        const std::optional<std::string>& note) {
    const auto lead = find_record(context.engine, context.schema.at(entity::lead), ref);
    if (lead.has_error()) return lead.error();
    const auto stage = find_stage(context, stage_name);
    if (stage.has_error()) return stage.error();
    Change change = change_of(entity::lead, schema::Operation::update);
    change.uid = lead->uid;
    change.set(number_of<schema::lead_fields>("stage"), *stage);
    if (note) change.set(number_of<schema::lead_fields>("stage_note"), *note);
    return write_and_print(context, {std::move(change)});
}

Outcome<Exit> log_visit(Context& context, const VisitOptions& options) {
    Change visit = change_of(entity::site_visit, schema::Operation::insert);
    for (const auto& [name, ref] : {std::pair{"lead", &options.lead}, {"property", &options.property}})
        if (auto done = relate(context, visit, name, *ref); done.has_error()) return done.error();
    for (const auto& [name, text] : {std::pair{"visit_date", &options.date},
                                     {"visit_time", &options.time},
                                     {"accompanying_staff", &options.accompanying}})
        if (auto done = set(context, visit, name, *text); done.has_error()) return done.error();
    if (options.notes)
        if (auto done = set(context, visit, "notes", *options.notes); done.has_error()) return done.error();
    return write_and_print(context, {std::move(visit)});
}

Outcome<Exit> add_note(Context& context, const std::string& lead, const std::string& text) {
    Change note = change_of(entity::note, schema::Operation::insert);
    if (auto done = relate(context, note, "lead", lead); done.has_error()) return done.error();
    if (auto done = set(context, note, "note", text); done.has_error()) return done.error();
    return write_and_print(context, {std::move(note)});
}

}  // namespace fieldsync::cli
