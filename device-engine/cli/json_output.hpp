// Records and work on its way, as programs get them. Every field that devices have is there, absent ones as
// their default or null; decimals with all their digits, times in UTC, sets as arrays.
#pragma once

#include "cli/json_writer.hpp"
#include "fieldsync/device/outbox.hpp"
#include "fieldsync/schema/schema.hpp"

namespace fieldsync::cli {

void write_value(JsonWriter& json, const schema::Field& field, const schema::Value& value);
// uid, id (null until the server has given one) and the fields, into an open object.
void write_fields(JsonWriter& json, const schema::EntityTable& table, const schema::Record& record);
void write_record(JsonWriter& json, const schema::EntityTable& table, const schema::Record& record);
void write_records(JsonWriter& json, const schema::EntityTable& table,
                   const std::vector<schema::Record>& records);

void write_outbox(JsonWriter& json, const schema::Schema& schema,
                  const std::vector<device::OutboxItem>& items);
void write_rejected(JsonWriter& json, const schema::Schema& schema,
                    const std::vector<device::RejectedItem>& items);
// {field: [messages]}
void write_errors(JsonWriter& json, const schema::FieldErrors& errors);

// A pending change-set in one word: unsent, applied, merged (these two wait for their effects to come back).
std::string_view state_of(const device::OutboxItem& item);
std::string_view name_of(schema::Operation operation);

}  // namespace fieldsync::cli
