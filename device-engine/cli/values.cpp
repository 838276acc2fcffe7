#include "cli/values.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "fieldsync/schema/calendar.hpp"
#include "fieldsync/schema/validation.hpp"

namespace fieldsync::cli {
namespace {

using schema::Field;
using schema::Type;
using schema::Value;

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// Exactly: more digits behind the point than the field has are an error, not rounded.
std::optional<std::int64_t> parse_decimal(std::string_view text, std::uint8_t scale) {
    const bool is_negative = text.starts_with('-');
    if (is_negative) text.remove_prefix(1);
    const auto point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (!all_digits(whole) || (point != std::string_view::npos && !all_digits(fraction))) return std::nullopt;
    if (fraction.size() > scale) return std::nullopt;
    std::string digits = is_negative ? "-" : "";
    digits.append(whole).append(fraction).append(scale - fraction.size(), '0');
    return parse_integer(digits);
}

// 2026-05-20T10:00:00Z, with up to six digits of a second's fraction.
std::optional<std::int64_t> parse_timestamp(std::string_view text) {
    if (text.size() < 20 || text.size() > 27 || text.back() != 'Z' || text[10] != 'T') return std::nullopt;
    if (!schema::is_date(text.substr(0, 10)) || !schema::is_time_of_day(text.substr(11, 5)))
        return std::nullopt;
    if (text[16] != ':' || !all_digits(text.substr(17, 2)) || text[17] > '5') return std::nullopt;
    if (text.size() > 20 && (text[19] != '.' || !all_digits(text.substr(20, text.size() - 21))))
        return std::nullopt;
    return schema::parse_utc(text);
}

std::optional<Value> parse_set(std::string_view text) {
    schema::StringSet elements;
    for (;;) {
        const auto comma = text.find(',');
        if (const auto element = text.substr(0, comma); !element.empty()) elements.emplace_back(element);
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return schema::make_set(std::move(elements));
}

template <class T>
std::optional<Value> any(std::optional<T> parsed) {
    if (!parsed) return std::nullopt;
    return Value(*parsed);
}

std::optional<Value> text_if(bool is_one, std::string_view text) {
    if (!is_one) return std::nullopt;
    return Value(std::string(text));
}

std::optional<Value> parse(const Field& field, std::string_view text) {
    switch (field.type) {
        case Type::boolean:
            if (text == "true") return Value(true);
            if (text == "false") return Value(false);
            return std::nullopt;
        case Type::integer:
            return any(parse_integer(text));
        case Type::decimal:
            return any(parse_decimal(text, field.scale));
        case Type::timestamp:
            return any(parse_timestamp(text));
        case Type::date:
            return text_if(schema::is_date(text), text);
        case Type::time_of_day:
            return text_if(schema::is_time_of_day(text), text);
        case Type::relation:
            return any(schema::Uid::parse(text));
        case Type::string_set:
            return parse_set(text);
        case Type::text:
        case Type::enumeration:
            break;
    }
    return Value(std::string(text));
}

std::string wanted(const Field& field) {
    switch (field.type) {
        case Type::boolean:
            return "true or false";
        case Type::integer:
            return "an integer";
        case Type::decimal:
            return "a number with at most " + std::to_string(field.scale) + " digits behind the point";
        case Type::timestamp:
            return "a time like 2026-05-20T10:00:00Z";
        case Type::date:
            return "a date like 2026-05-20";
        case Type::time_of_day:
            return "a time like 16:30";
        case Type::relation:
            return "a uid";
        default:
            return "a text";
    }
}

}  // namespace

Outcome<Value> parse_value(const Field& field, std::string_view text) {
    if (text.empty()) return field.type == Type::string_set ? Value(schema::StringSet{}) : Value();
    if (auto value = parse(field, text)) return std::move(*value);
    return wrong_use(std::string(field.name) + " must be " + wanted(field) + ", not '" + std::string(text) +
                     "'");
}

std::string decimal_text(std::int64_t scaled, std::uint8_t scale) {
    std::string digits = std::to_string(scaled);
    if (scale == 0) return digits;
    const std::size_t sign = scaled < 0 ? 1 : 0;
    const std::size_t least = std::size_t{scale} + 1;  // one digit before the point
    if (digits.size() - sign < least) digits.insert(sign, least - (digits.size() - sign), '0');
    digits.insert(digits.size() - scale, ".");
    return digits;
}

std::string text_of(const Field& field, const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* uid = std::get_if<schema::Uid>(&value)) return uid->to_string();
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        if (field.type == Type::timestamp) return schema::format_utc(*number).substr(0, 19) + "Z";
        return decimal_text(*number, field.type == Type::decimal ? field.scale : std::uint8_t{0});
    }
    std::string joined;
    if (const auto* set = std::get_if<schema::StringSet>(&value))
        for (const std::string& element : *set) joined += (joined.empty() ? "" : ",") + element;
    return joined;
}

Value shown(const schema::Record& record, const Field& field) {
    const Value* value = record.fields.get(field.number);
    return value == nullptr ? field.default_value() : *value;
}

bool is_shown(const Field& field) {
    return field.is_synced && !field.is_argument;
}

}  // namespace fieldsync::cli
