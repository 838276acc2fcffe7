#include "cli/json_output.hpp"

#include <algorithm>

#include "cli/values.hpp"
#include "fieldsync/schema/calendar.hpp"

namespace fieldsync::cli {
namespace {

using schema::Value;

void write_change(JsonWriter& json, const schema::Schema& schema, const schema::Change& change) {
    const schema::EntityTable* table = schema.find(change.entity);
    json.begin_object();
    json.key("entity");
    if (table == nullptr)
        json.null();
    else
        json.value(table->name());
    json.field("uid", change.uid.to_string());
    json.field("operation", name_of(change.operation));
    json.key("fields").begin_object();
    for (const schema::FieldChange& item : change.fields) {
        const schema::Field* field = table == nullptr ? nullptr : table->field(item.field);
        if (field == nullptr) continue;  // of a newer program that had this store
        json.key(field->name);
        write_value(json, *field, item.value);
    }
    json.end_object().end_object();
}

void write_change_set(JsonWriter& json, const schema::Schema& schema, const sync::ChangeSet& set,
                      std::string_view state) {
    json.field("uid", set.uid.to_string());
    json.field("number", set.number);
    json.field("made_at", schema::format_utc(set.made_at_us));
    json.field("state", state);
    json.key("changes").begin_array();
    for (const schema::Change& change : set.changes) write_change(json, schema, change);
    json.end_array();
}

}  // namespace

void write_value(JsonWriter& json, const schema::Field& field, const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) {
        json.value(*flag);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
        if (field.type == schema::Type::timestamp)
            json.value(schema::format_utc(*number));
        else
            json.number(
                decimal_text(*number, field.type == schema::Type::decimal ? field.scale : std::uint8_t{0}));
    } else if (const auto* set = std::get_if<schema::StringSet>(&value)) {
        json.begin_array();
        for (const std::string& element : *set) json.value(element);
        json.end_array();
    } else if (!schema::is_null(value)) {
        json.value(text_of(field, value));
    } else if (field.type == schema::Type::string_set) {
        json.begin_array().end_array();
    } else {
        json.null();
    }
}

void write_fields(JsonWriter& json, const schema::EntityTable& table, const schema::Record& record) {
    json.field("uid", record.uid.to_string());
    json.key("id");
    if (record.id == 0)
        json.null();
    else
        json.value(record.id);
    for (const schema::Field& field : table.fields()) {
        if (!is_shown(field)) continue;
        json.key(field.name);
        write_value(json, field, shown(record, field));
    }
}

void write_record(JsonWriter& json, const schema::EntityTable& table, const schema::Record& record) {
    json.begin_object();
    write_fields(json, table, record);
    json.end_object();
}

void write_records(JsonWriter& json, const schema::EntityTable& table,
                   const std::vector<schema::Record>& records) {
    json.begin_array();
    for (const schema::Record& record : records) write_record(json, table, record);
    json.end_array();
}

void write_outbox(JsonWriter& json, const schema::Schema& schema,
                  const std::vector<device::OutboxItem>& items) {
    json.begin_array();
    for (const device::OutboxItem& item : items) {
        json.begin_object();
        write_change_set(json, schema, item.set, state_of(item));
        json.end_object();
    }
    json.end_array();
}

void write_rejected(JsonWriter& json, const schema::Schema& schema,
                    const std::vector<device::RejectedItem>& items) {
    json.begin_array();
    for (const device::RejectedItem& item : items) {
        json.begin_object();
        write_change_set(json, schema, item.set, "rejected");
        json.field("rejected_at", schema::format_utc(item.at_us));
        json.field("code", item.receipt.code);
        json.field("message", item.receipt.message);
        json.key("errors");
        write_errors(json, item.receipt.errors);
        json.end_object();
    }
    json.end_array();
}

void write_errors(JsonWriter& json, const schema::FieldErrors& errors) {
    json.begin_object();
    for (auto error = errors.begin(); error != errors.end(); ++error) {
        const auto same_field = [&](const schema::FieldError& other) { return other.field == error->field; };
        if (std::any_of(errors.begin(), error, same_field)) continue;  // written with the first of its field
        json.key(error->field).begin_array();
        for (const schema::FieldError& other : errors)
            if (same_field(other)) json.value(schema::message_of(other));
        json.end_array();
    }
    json.end_object();
}

std::string_view state_of(const device::OutboxItem& item) {
    if (!item.receipt) return "unsent";
    return item.receipt->status == sync::ReceiptStatus::merged ? "merged" : "applied";
}

std::string_view name_of(schema::Operation operation) {
    switch (operation) {
        case schema::Operation::insert:
            return "insert";
        case schema::Operation::update:
            return "update";
        case schema::Operation::remove:
            return "delete";
        case schema::Operation::gone:
            break;
    }
    return "gone";
}

}  // namespace fieldsync::cli
