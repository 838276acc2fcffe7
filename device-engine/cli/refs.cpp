#include "cli/refs.hpp"

#include <charconv>
#include <optional>

#include "cli/values.hpp"

namespace fieldsync::cli {
namespace {

using schema::Record;
using schema::Uid;

std::optional<std::int64_t> parse_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0) return std::nullopt;
    return id;
}

}  // namespace

Outcome<const schema::EntityTable*> find_entity(const schema::Schema& schema, std::string_view name) {
    if (const schema::EntityTable* table = schema.find(name)) return table;
    std::string all;
    for (const schema::EntityTable& table : schema.entities()) all += " " + std::string(table.name());
    return wrong_use("no such entity: '" + std::string(name) + "'; there are:" + all);
}

Outcome<Record> find_record(const device::Engine& engine, const schema::EntityTable& table,
                            std::string_view ref) {
    std::optional<Record> record;
    if (const auto uid = Uid::parse(ref))
        record = engine.get({table.number(), *uid});
    else if (const auto id = parse_id(ref))
        record = engine.get(table.number(), *id);
    else
        return wrong_use("'" + std::string(ref) + "' is neither a uid nor an id");
    if (record) return std::move(*record);
    return failed("not_found",
                  "There is no " + std::string(table.name()) + " " + std::string(ref) + " here.");
}

Outcome<schema::Value> parse_value_or_ref(const device::Engine& engine, const schema::Schema& schema,
                                          const schema::Field& field, std::string_view text) {
    const schema::EntityTable* target = schema.find(field.target);
    if (field.type != schema::Type::relation || target == nullptr || !parse_id(text))
        return parse_value(field, text);
    auto record = find_record(engine, *target, text);
    if (record.has_error()) return record.error();
    return schema::Value(record->uid);
}

const std::string& Names::of(schema::EntityNumber entity, const Uid& uid) {
    const auto [at, is_new] = known_.try_emplace({entity, uid});
    if (!is_new) return at->second;
    std::string name = look_up(entity, uid);  // may look up another, and move the table
    return known_[{entity, uid}] = std::move(name);
}

std::string Names::shown(const schema::Field& field, const schema::Value& value) {
    const Uid* uid = std::get_if<Uid>(&value);
    return uid == nullptr ? text_of(field, value) : of(field.target, *uid);
}

std::string Names::look_up(schema::EntityNumber entity, const Uid& uid) {
    const schema::EntityTable* table = schema_.find(entity);
    const auto record = table == nullptr ? std::nullopt : engine_.get({entity, uid});
    if (!record) return uid.to_string();
    if (entity == schema::entity::lead) {
        const Uid client = record->fields.uid(schema::number_of<schema::lead_fields>("client"));
        if (!client.is_nil()) return of(schema::entity::client, client);
    }
    const auto text = [&](std::string_view name) {
        const schema::Field* field = table->field(name);
        return field == nullptr ? std::string() : record->fields.text(field->number);
    };
    std::string name;
    for (const std::string_view field : {"name", "title", "business_name", "first_name", "last_name"})
        if (const std::string part = text(field); !part.empty()) name += (name.empty() ? "" : " ") + part;
    return name.empty() ? uid.to_string() : name;
}

}  // namespace fieldsync::cli
