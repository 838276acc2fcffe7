// Text of the command line to values of a field, and back, by the schema's type. What a value may be
// otherwise (its length, its range, an enumeration's values) is for the engine to say.
#pragma once

#include <string>
#include <string_view>

#include "cli/failure.hpp"
#include "fieldsync/schema/field.hpp"
#include "fieldsync/schema/record.hpp"

namespace fieldsync::cli {

// Empty: null (a set: without elements). Relations are uids here; refs.hpp also takes ids. A set is comma
// separated. Errors: wrong use.
Outcome<schema::Value> parse_value(const schema::Field& field, std::string_view text);

// As parse_value() reads it; null is empty. Timestamps to the second, in UTC.
std::string text_of(const schema::Field& field, const schema::Value& value);

// A scaled integer with all its digits: 450000000 with scale 2 is 4500000.00.
std::string decimal_text(std::int64_t scaled, std::uint8_t scale);

// What the record shows in this field: its value, else the field's default.
schema::Value shown(const schema::Record& record, const schema::Field& field);

// The fields that devices have and records store.
bool is_shown(const schema::Field& field);

}  // namespace fieldsync::cli
