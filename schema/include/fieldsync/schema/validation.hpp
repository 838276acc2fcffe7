// Validation: what the schema alone can say of a change. Run on the device at once and on the server again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fieldsync/schema/record.hpp"
#include "fieldsync/schema/schema.hpp"

namespace fieldsync::schema {

// Which rule a value broke. Wire numbers (receipts carry them with the message).
enum class Broken : std::uint8_t {
    required = 1,
    wrong_type,  // limit: the Type that was wanted
    too_long,    // limit: characters
    too_large,   // limit: the most, scaled
    too_small,
    digits,  // limit: how many
    email,
    date,
    time,
    selected,     // not one of the values, or a record that is not there for the author
    not_allowed,  // a field this author may not set
    unknown,      // no such field
    characters,   // not UTF-8, or control characters
    other,        // `text` says it
    taken,        // another record holds it
};

struct FieldError {
    std::string field;  // its name in the schema
    Broken broken = Broken::other;
    std::int64_t limit = 0;
    std::string text;  // for Broken::other: the message itself
    std::uint8_t scale = 0;

    bool operator==(const FieldError&) const = default;
};

// The documented wording, with the field called as the reader knows it ("property_id" reads "property id").
std::string message_of(const FieldError& error, std::string_view field_name);
inline std::string message_of(const FieldError& error) {
    return message_of(error, error.field);
}

using FieldErrors = std::vector<FieldError>;

// Puts values into the form that is stored: texts trimmed, blank ones null, sets sorted.
void normalise(const Schema& schema, Change& change);

// Checks types, limits, formats, what an insert must have, and what `writer` may set. Every broken rule of
// every field is added to `errors`. Writer::nobody stands for the rules and tools themselves, which may set
// computed fields.
void validate(const Schema& schema, const Change& change, Writer writer, FieldErrors& errors);

// One value against its field; null is taken where the field is not required.
void validate_value(const Field& field, const Value& value, FieldErrors& errors);

// YYYY-MM-DD of a day that exists; HH:MM of a 24-hour clock.
bool is_date(std::string_view text);
bool is_time_of_day(std::string_view text);
bool is_email(std::string_view text);

}  // namespace fieldsync::schema
