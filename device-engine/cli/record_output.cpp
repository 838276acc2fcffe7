#include "cli/record_output.hpp"

#include "cli/json_output.hpp"
#include "cli/values.hpp"

namespace fieldsync::cli {
namespace {

// A table shows so many fields of a record: what fits beside uid and id on a wide terminal.
constexpr std::size_t kFieldsInTable = 6;

std::vector<const schema::Field*> fields_in_table(const schema::EntityTable& table) {
    std::vector<const schema::Field*> fields;
    for (const schema::Field& field : table.fields()) {
        if (fields.size() == kFieldsInTable) break;
        if (is_shown(field) && !field.multiline && field.type != schema::Type::string_set) fields.push_back(&field);
    }
    return fields;
}

}  // namespace

std::string id_text(const schema::Record& record) { return record.id == 0 ? "" : std::to_string(record.id); }

void add_fields(Table& lines, Names& names, const schema::EntityTable& table, const schema::Record& record) {
    lines.add({"uid", record.uid.to_string()});
    lines.add({"id", id_text(record)});
    for (const schema::Field& field : table.fields())
        if (is_shown(field)) lines.add({std::string(field.name), names.shown(field, shown(record, field))});
}

void print_record(const Context& context, const schema::EntityTable& table, const schema::Record& record) {
    if (context.json) {
        JsonWriter json;
        write_record(json, table, record);
        return context.print(json);
    }
    Names names(context.engine, context.schema);
    Table lines;
    add_fields(lines, names, table, record);
    context.print(lines);
}

void print_records(const Context& context, const schema::EntityTable& table,
                   const std::vector<schema::Record>& records) {
    if (context.json) {
        JsonWriter json;
        write_records(json, table, records);
        return context.print(json);
    }
    const auto fields = fields_in_table(table);
    std::vector<std::string> headings{"uid", "id"};
    for (const schema::Field* field : fields) headings.emplace_back(field->name);
    Table lines(std::move(headings));
    Names names(context.engine, context.schema);
    for (const schema::Record& record : records) {
        std::vector<std::string> cells{record.uid.to_string(), id_text(record)};
        for (const schema::Field* field : fields) cells.push_back(names.shown(*field, shown(record, *field)));
        lines.add(std::move(cells));
    }
    context.print(lines);
}

Outcome<Exit> write_and_print(const Context& context, const std::vector<schema::Change>& changes) {
    const auto written = context.engine.write(changes);
    if (written.has_error()) return failure_of(written.error());
    const bool is_change = !written->change_set.is_nil();
    const schema::RecordKey key = is_change ? schema::RecordKey{written->changes.front().entity, written->changes.front().uid}
                                            : schema::RecordKey{changes.front().entity, changes.front().uid};
    if (!is_change && !context.json) context.err << "fieldsync: that is how it is already: nothing was changed\n";
    if (const auto record = context.engine.get(key)) print_record(context, context.schema.at(key.entity), *record);
    return Exit::done;
}

}  // namespace fieldsync::cli
