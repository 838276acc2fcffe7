// Keys of the `indexes` table: entity, field, the value so encoded that byte order is value order, the
// record's uid. Texts are cut after kIndexedTextBytes: what a scan finds is compared with the record itself.
#pragma once

#include <string>
#include <vector>

#include "fieldsync/schema/record.hpp"
#include "fieldsync/schema/schema.hpp"

namespace fieldsync::device {

// LMDB's keys are at most 511 bytes; longer prefixes of texts rarely tell records apart.
inline constexpr std::size_t kIndexedTextBytes = 198;

bool is_indexed(const schema::Field& field);

std::string index_prefix(schema::EntityNumber entity, schema::FieldNumber field);
// Null first, then by type and value. Sets have none.
std::string index_value(const schema::Value& value);
// Of texts that begin so: without the end mark.
std::string index_text_prefix(std::string_view text);
// The encoded value in an index key, and the uid behind it.
std::string_view value_in(std::string_view index_key);
schema::Uid uid_in(std::string_view index_key);

// What a record shows in this field: its value, else the field's default.
schema::Value shown_value(const schema::Record& record, const schema::Field& field);

// One index key of a record.
void append_index_key(const schema::Record& record, const schema::Field& field, std::string& out);
// All of them, sorted; none for an entity this schema does not know.
std::vector<std::string> index_keys(const schema::Schema& schema, const schema::Record& record);

// Which fields are indexed, as one text: another one than the store's means that indexes are built anew.
std::string index_fingerprint(const schema::Schema& schema);

}  // namespace fieldsync::device
