#include "reference_page.hpp"

#include <limits>

namespace fieldsync::testing {
namespace {

using schema::Entity;
using schema::EntityTable;
using schema::Field;
using schema::Fill;
using schema::Format;
using schema::Schema;
using schema::ScopeKind;
using schema::Type;
using schema::Writer;

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) text += (text.empty() ? "`" : ", `") + std::string(word) + "`";
    return text;
}

std::string type_of(const Field& field, const Schema& schema) {
    switch (field.type) {
        case Type::boolean:
            return "boolean";
        case Type::integer:
            return "integer";
        case Type::decimal:
            return "decimal, " + std::to_string(field.scale) + " digits";
        case Type::text:
            return field.multiline ? "text, lines" : "text";
        case Type::date:
            return "date";
        case Type::time_of_day:
            return "time";
        case Type::timestamp:
            return "timestamp";
        case Type::enumeration:
            return "one of " + joined(field.values);
        case Type::relation: {
            const EntityTable* target = schema.find(field.target);
            return target == nullptr
                       ? "uid"
                       : "[" + std::string(target->name()) + "](#" + std::string(target->name()) + ")";
        }
        case Type::string_set:
            return "set of texts";
    }
    return "";
}

std::string scaled(std::int64_t number, std::uint8_t scale) {
    std::int64_t unit = 1;
    for (int i = 0; i < scale; ++i) unit *= 10;
    std::string text = std::to_string(number / unit);
    if (number % unit != 0) text += "." + std::to_string(unit + number % unit).substr(1);
    return text;
}

std::string default_of(const Field& field) {
    if (!field.default_text.empty()) return "`" + std::string(field.default_text) + "`";
    if (field.type == Type::boolean) return field.default_number != 0 ? "true" : "false";
    return scaled(field.default_number, field.scale);
}

std::string limits_of(const Field& field) {
    std::string text;
    const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
    if (field.is_required) add("required");
    if (field.format == Format::digits)
        add(std::to_string(field.chars_max) + " digits");
    else if (field.type == Type::text || field.type == Type::string_set)
        add("≤ " + std::to_string(field.chars_max) + " characters");
    if (field.format == Format::email) add("an e-mail address");
    if (field.min != std::numeric_limits<std::int64_t>::min()) add("≥ " + scaled(field.min, field.scale));
    if (field.max != std::numeric_limits<std::int64_t>::max()) add("≤ " + scaled(field.max, field.scale));
    if (field.is_unique) add("unique");
    if (field.has_default) add("default " + default_of(field));
    return text;
}

std::string who(Writer writer) {
    switch (writer) {
        case Writer::nobody:
            return "the rules";
        case Writer::admin:
            return "admins";
        case Writer::own:
            return "admins; staff: themselves";
        case Writer::staff:
            return "admins, staff";
    }
    return "";
}

std::string writer_of(const Field& field) {
    std::string text = who(field.writer);
    if (field.is_insert_only) text += ", on insert only";
    switch (field.fill) {
        case Fill::none:
            return text;
        case Fill::author_at_insert:
            return "filled: the author, on insert";
        case Fill::made_at_at_insert:
            return "filled: the time, on insert";
        case Fill::made_at_always:
            return "filled: the time, on every change";
    }
    return text;
}

std::string kind_of(const Field& field) {
    if (field.is_argument) return "argument: carried, not stored";
    std::string text = field.is_synced ? std::string(schema::name_of(field.policy)) : "on the server only";
    if (field.is_indexed) text += ", indexed";
    if (field.since > 1) text += ", since version " + std::to_string(field.since);
    return text;
}

std::string scope_of(const Entity& entity) {
    switch (entity.scope) {
        case ScopeKind::own:
            return "its own: it is the root of an aggregate";
        case ScopeKind::field:
            return "that of its `" + std::string(entity.scope_field) + "`";
        case ScopeKind::business:
            return "the business";
        case ScopeKind::business_if:
            return "the business where `" + std::string(entity.scope_field) + "` is " +
                   joined(entity.scope_values) + ", else its admins";
    }
    return "";
}

std::string rights_of(const Entity& entity) {
    std::string inserted = "Inserted by " + who(entity.inserter);
    if (entity.history_right) inserted += ", also by who held the scope when he made it";
    if (entity.deleter == Writer::nobody) return inserted + "; never deleted.";
    return inserted + "; deleted by " + who(entity.deleter) + ".";
}

void add_entity(const EntityTable& table, const Schema& schema, std::string& page) {
    page += "\n## " + std::string(table.name()) + "\n\nNumber " +
            std::to_string(schema::number(table.number())) + ". Scope: " + scope_of(table.entity()) + ". " +
            rights_of(table.entity()) + "\n\n| no. | field | type | limits | written by | conflicts |\n" +
            "|---|---|---|---|---|---|\n";
    for (const Field& field : table.fields())
        page += "| " + std::to_string(schema::number(field.number)) + " | `" + std::string(field.name) +
                "` | " + type_of(field, schema) + " | " + limits_of(field) + " | " + writer_of(field) +
                " | " + kind_of(field) + " |\n";
}

}  // namespace

std::string reference_page(const Schema& schema) {
    std::string page =
        "# Entities\n\nMade from `include/fieldsync/schema/entities.hpp`; a test compares. Schema version " +
        std::to_string(schema.version()) +
        ". Every record also has a\n`uid` and, once the server has it, an `id`. Staff write the records that "
        "they hold. The policies of conflicts are explained "
        "in\n`sync-protocol/include/fieldsync/sync/merge.hpp`.\n";
    for (const EntityTable& table : schema.entities()) add_entity(table, schema, page);
    return page;
}

}  // namespace fieldsync::testing
