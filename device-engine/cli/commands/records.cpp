#include "cli/commands/records.hpp"

#include "cli/record_output.hpp"
#include "cli/refs.hpp"
#include "cli/values.hpp"

namespace fieldsync::cli {
namespace {

using device::Match;
using schema::Change;
using schema::EntityTable;
using schema::Field;
using schema::Operation;

Outcome<const Field*> find_field(const EntityTable& table, std::string_view name, bool takes_arguments) {
    const Field* field = table.field(name);
    if (field != nullptr && (is_shown(*field) || (takes_arguments && field->is_argument))) return field;
    std::string all;
    for (const Field& other : table.fields())
        if (is_shown(other) || (takes_arguments && other.is_argument)) all += " " + std::string(other.name);
    return wrong_use(std::string(table.name()) + " has no field '" + std::string(name) +
                     "'; there are:" + all);
}

struct Assignment {
    const Field* field = nullptr;
    schema::Value value;
};

Outcome<Assignment> parse_assignment(const Context& context, const EntityTable& table, std::string_view item,
                                     bool takes_arguments) {
    const auto sign = item.find('=');
    if (sign == std::string_view::npos) return wrong_use("'" + std::string(item) + "' is not field=value");
    const auto field = find_field(table, item.substr(0, sign), takes_arguments);
    if (field.has_error()) return field.error();
    auto value = parse_value_or_ref(context.engine, context.schema, **field, item.substr(sign + 1));
    if (value.has_error()) return value.error();
    Assignment assignment{*field, std::move(*value)};
    return assignment;
}

// Of a set, each of the elements given has to be in it.
void add_filter(device::Query& query, const Assignment& wanted) {
    const auto* elements = std::get_if<schema::StringSet>(&wanted.value);
    if (elements == nullptr) {
        query.where(wanted.field->number, wanted.value);
        return;
    }
    for (const std::string& element : *elements) query.where(wanted.field->number, Match::contains, element);
}

}  // namespace

Outcome<Exit> list(Context& context, const ListOptions& options) {
    const auto table = find_entity(context.schema, options.entity);
    if (table.has_error()) return table.error();
    device::Query query;
    query.entity = (*table)->number();
    query.limit = options.limit;
    for (const std::string& item : options.where) {
        const auto wanted = parse_assignment(context, **table, item, false);
        if (wanted.has_error()) return wanted.error();
        add_filter(query, *wanted);
    }
    for (std::string_view name : options.sort) {
        const bool is_descending = name.starts_with('-');
        if (is_descending) name.remove_prefix(1);
        const auto field = find_field(**table, name, false);
        if (field.has_error()) return field.error();
        query.order_by((*field)->number, is_descending);
    }
    const auto result = context.engine.query(query);
    if (result.has_error()) return failure_of(result.error());
    print_records(context, **table, result->records);
    return Exit::done;
}

Outcome<Exit> get(Context& context, const std::string& entity, const std::string& ref) {
    const auto table = find_entity(context.schema, entity);
    if (table.has_error()) return table.error();
    const auto record = find_record(context.engine, **table, ref);
    if (record.has_error()) return record.error();
    print_record(context, **table, *record);
    return Exit::done;
}

Outcome<Exit> put(Context& context, const std::string& entity, const std::vector<std::string>& items) {
    const auto table = find_entity(context.schema, entity);
    if (table.has_error()) return table.error();
    Change change;
    change.entity = (*table)->number();
    change.operation = Operation::insert;
    auto item = items.begin();
    if (item != items.end() && item->find('=') == std::string::npos) {
        const auto record = find_record(context.engine, **table, *item++);
        if (record.has_error()) return record.error();
        change.operation = Operation::update;
        change.uid = record->uid;
    }
    if (item == items.end()) return wrong_use("what to set is missing: field=value");
    for (; item != items.end(); ++item) {
        auto assignment = parse_assignment(context, **table, *item, true);
        if (assignment.has_error()) return assignment.error();
        change.set(assignment->field->number, std::move(assignment->value));
    }
    return write_and_print(context, {std::move(change)});
}

Outcome<Exit> remove(Context& context, const std::string& entity, const std::string& ref) {
    const auto table = find_entity(context.schema, entity);
    if (table.has_error()) return table.error();
    const auto record = find_record(context.engine, **table, ref);
    if (record.has_error()) return record.error();
    Change change;
    change.entity = (*table)->number();
    change.operation = Operation::remove;
    change.uid = record->uid;
    const auto written = context.engine.write({std::move(change)});
    if (written.has_error()) return failure_of(written.error());
    if (context.json) {
        JsonWriter json;
        json.begin_object().field("entity", entity).field("uid", record->uid.to_string());
        json.field("operation", "delete").end_object();
        context.print(json);
    } else {
        context.out << "deleted " << entity << " " << record->uid.to_string() << "\n";
    }
    return Exit::done;
}

}  // namespace fieldsync::cli
