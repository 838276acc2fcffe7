#include "surfaces/body.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>

#include "records/values.hpp"
#include "surfaces/decimal.hpp"
#include "surfaces/json.hpp"
#include "surfaces/text.hpp"

namespace fieldsync::server::surfaces {
namespace {

namespace json = boost::json;
using schema::Field;
using schema::Type;
using schema::Value;

std::string_view view_of(const json::string& text) {
    return {text.data(), text.size()};
}

bool is_blank(const json::value& value) {
    return value.is_null() || (value.is_string() && trimmed(view_of(value.get_string())).empty());
}

// A number in any of JSON's forms, or as text, scaled.
std::optional<std::int64_t> number_of(const json::value& value, int scale) {
    if (value.is_int64()) return parse_decimal(std::to_string(value.get_int64()), scale);
    if (value.is_uint64()) return parse_decimal(std::to_string(value.get_uint64()), scale);
    if (value.is_string()) return parse_decimal(trimmed(view_of(value.get_string())), scale);
    if (!value.is_double()) return std::nullopt;
    // The shortest text that reads back as this double is the one that was sent, up to 15 digits.
    char digits[400];
    const auto [end, error] =
        std::to_chars(digits, digits + sizeof digits, value.get_double(), std::chars_format::fixed);
    if (error != std::errc()) return std::nullopt;
    return parse_decimal({digits, static_cast<std::size_t>(end - digits)}, scale);
}

// Whole, however it is written: 7, 7.0, "7".
std::optional<std::int64_t> integer_of(const json::value& value) {
    constexpr int kDigits = 4;
    const auto number = number_of(value, kDigits);
    if (!number) return std::nullopt;
    if (value.is_int64()) return value.get_int64();
    constexpr std::int64_t kUnit = 10'000;
    if (*number % kUnit != 0) return std::nullopt;
    return *number / kUnit;
}

std::optional<bool> flag_of(const json::value& value) {
    if (value.is_bool()) return value.get_bool();
    if (value.is_int64() && (value.get_int64() == 0 || value.get_int64() == 1)) return value.get_int64() == 1;
    if (!value.is_string()) return std::nullopt;
    const std::string_view text = trimmed(view_of(value.get_string()));
    if (text == "1" || text == "true") return true;
    if (text == "0" || text == "false") return false;
    return std::nullopt;
}

std::optional<Value> set_of(const json::value& value) {
    if (!value.is_array()) return std::nullopt;
    std::vector<std::string> elements;
    for (const json::value& element : value.get_array()) {
        if (!element.is_string()) return std::nullopt;
        elements.emplace_back(view_of(element.get_string()));
    }
    return schema::make_set(std::move(elements));
}

template <class T>
std::optional<Value> as_value(std::optional<T> maybe) {
    if (!maybe) return std::nullopt;
    return Value(*std::move(maybe));
}

void add_wrong_type(const Field& field, schema::FieldErrors& errors) {
    errors.push_back({std::string(field.name),
                      schema::Broken::wrong_type,
                      static_cast<std::int64_t>(field.type),
                      {},
                      field.scale});
}

bool is_named(const schema::FieldErrors& errors, std::string_view field) {
    return std::any_of(errors.begin(), errors.end(),
                       [=](const schema::FieldError& e) { return e.field == field; });
}

}  // namespace

Result<json::object> read_object(const http::Request& request) {
    if (request.body.empty()) return json::object{};
    json::parse_options options;
    options.max_depth = kBodyDepthMax;
    json::error_code error;
    json::value body = json::parse({request.body.data(), request.body.size()}, error, {}, options);
    if (error) return Failure{400, "The request body is not valid JSON."};
    if (body.is_object()) return std::move(body.get_object());
    Failure failure{422};
    failure.add("body", "The body must be a JSON object.");
    return failure;
}

std::optional<Value> to_value(const json::value& value, const Field& field) {
    if (is_blank(value)) return Value();
    switch (field.type) {
        case Type::boolean:
            return as_value(flag_of(value));
        case Type::integer:
        case Type::timestamp:
            return as_value(integer_of(value));
        case Type::decimal:
            return as_value(number_of(value, field.scale));
        case Type::string_set:
            return set_of(value);
        case Type::relation:
            return std::nullopt;
        default:
            break;
    }
    if (!value.is_string()) return std::nullopt;
    return Value(std::string(trimmed(view_of(value.get_string()))));
}

Value read_field(const json::object& body, const Field& field, schema::FieldErrors& errors) {
    const json::value* given = body.if_contains({field.name.data(), field.name.size()});
    auto value = given == nullptr ? std::optional(Value()) : to_value(*given, field);
    if (!value) {
        add_wrong_type(field, errors);
        return {};
    }
    schema::validate_value(field, *value, errors);
    return *std::move(value);
}

std::optional<Value> BodyReader::value_of(const json::value& value, const Field& field) const {
    if (field.type != Type::relation || is_blank(value)) return to_value(value, field);
    const auto id = integer_of(value);
    if (!id) return std::nullopt;
    const std::string sql = "SELECT uid FROM \"" + std::string(model.at(field.target).name()) +
                            "\" WHERE business_id = ?1 AND id = ?2";
    schema::Uid uid;
    connection.query(sql, {server::number(business), *id},
                     [&](storage::Row& row) { uid = read_uid(row, 0); });
    if (uid.is_nil()) return std::nullopt;
    return Value(uid);
}

void BodyReader::read(const json::object& body, BodyFields fields, schema::Change& change,
                      schema::FieldErrors& errors) const {
    const schema::EntityTable& entity = model.at(change.entity);
    for (const BodyField& known : fields) {
        const json::value* given = body.if_contains({known.name.data(), known.name.size()});
        if (given == nullptr) continue;
        const Field& field = *entity.field(known.field);
        if (auto value = value_of(*given, field))
            change.set(known.field, *std::move(value));
        else
            add_wrong_type(field, errors);
    }
    schema::FieldErrors found;
    schema::normalise(model, change);
    schema::validate(model, change, writer, found);
    // A value of the wrong type was not set: that it is missing is not said as well.
    for (schema::FieldError& error : found)
        if (!is_named(errors, error.field)) errors.push_back(std::move(error));
}

void BodyReader::require(schema::FieldNumber number, const schema::Change& change,
                         schema::FieldErrors& errors) const {
    const Field& field = *model.at(change.entity).field(number);
    if (change.find(number) != nullptr || is_named(errors, field.name)) return;
    errors.push_back({std::string(field.name), schema::Broken::required, 0, {}, 0});
}

}  // namespace fieldsync::server::surfaces
