#include "cli/record_output.hpp"

#include <algorithm>

#include "cli/json_output.hpp"
#include "cli/values.hpp"

namespace fieldsync::cli {
namespace {

// A table shows so many fields of a record, each up to so many characters: what a wide terminal holds.
constexpr std::size_t kFieldsInTable = 6;
constexpr std::size_t kCellWidthMax = 60;

// The lower, the sooner a field is in the table.
int rank_of(const schema::Field& field) {
    if (field.type == schema::Type::string_set) return 3;
    if (field.type == schema::Type::timestamp) return 2;
    return field.multiline ? 1 : 0;
}

std::vector<const schema::Field*> fields_in_table(const schema::EntityTable& table) {
    std::vector<const schema::Field*> fields;
    for (const schema::Field& field : table.fields())
        if (is_shown(field)) fields.push_back(&field);
    std::stable_sort(fields.begin(), fields.end(),
                     [](const auto* a, const auto* b) { return rank_of(*a) < rank_of(*b); });
    fields.resize(std::min(fields.size(), kFieldsInTable));
    std::sort(fields.begin(), fields.end(),
              [](const auto* a, const auto* b) { return a->number < b->number; });
    return fields;
}

}  // namespace

std::string id_text(const schema::Record& record) {
    return record.id == 0 ? "" : std::to_string(record.id);
}

void add_fields(Table& lines, Names& names, const schema::EntityTable& table, const schema::Record& record) {
    lines.add({"id", id_text(record)});
    lines.add({"uid", record.uid.to_string()});
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
    std::vector<std::string> headings{"id", "uid"};
    for (const schema::Field* field : fields) headings.emplace_back(field->name);
    Table lines(std::move(headings));
    Names names(context.engine, context.schema);
    for (const schema::Record& record : records) {
        std::vector<std::string> cells{id_text(record), record.uid.to_string()};
        for (const schema::Field* field : fields)
            cells.push_back(cut(names.shown(*field, shown(record, *field)), kCellWidthMax));
        lines.add(std::move(cells));
    }
    context.print(lines);
}

Outcome<Exit> write_and_print(const Context& context, const std::vector<schema::Change>& changes) {
    const auto written = context.engine.write(changes);
    if (written.has_error()) return failure_of(written.error());
    const bool is_change = !written->change_set.is_nil();
    const schema::Change& first = is_change ? written->changes.front() : changes.front();
    if (!is_change && !context.json)
        context.err << "fieldsync: that is how it is already: nothing was changed\n";
    if (const auto record = context.engine.get({first.entity, first.uid}))
        print_record(context, context.schema.at(first.entity), *record);
    return Exit::done;
}

}  // namespace fieldsync::cli
