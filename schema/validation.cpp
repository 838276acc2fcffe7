#include "fieldsync/schema/validation.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace fieldsync::schema {
namespace {

constexpr std::string_view kBlank = " \t\r\n\f\v";

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(kBlank);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Neither blank nor one of those that are special in an address.
constexpr auto kInEmail = [] {
    std::array<bool, 256> all{};
    for (std::size_t byte = 0x21; byte < all.size(); ++byte) all[byte] = byte != 0x7F;
    for (const char special : std::string_view("()<>[]:;,\\\""))
        all[static_cast<unsigned char>(special)] = false;
    return all;
}();

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

bool has_control_characters(std::string_view text, bool multiline) {
    return std::any_of(text.begin(), text.end(), [=](char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (multiline && (c == '\n' || c == '\r' || c == '\t')) return false;
        return byte < 0x20 || byte == 0x7F;
    });
}

void normalise_text(Value& value) {
    auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return;
    const std::string_view kept = trimmed(*text);
    if (kept.empty())
        value = std::monostate{};
    else if (kept.size() != text->size())
        *text = std::string(kept);
}

void normalise_set(StringSet& set) {
    for (std::string& element : set) element = std::string(trimmed(element));
    std::erase(set, "");
    set = make_set(std::move(set));
}

bool has_type(const Field& field, const Value& value) {
    switch (field.type) {
        case Type::boolean:
            return std::holds_alternative<bool>(value);
        case Type::integer:
        case Type::decimal:
        case Type::timestamp:
            return std::holds_alternative<std::int64_t>(value);
        case Type::relation:
            return std::holds_alternative<Uid>(value);
        case Type::string_set:
            return std::holds_alternative<StringSet>(value);
        default:
            return std::holds_alternative<std::string>(value);
    }
}

class FieldCheck {
  public:
    FieldCheck(const Field& field, FieldErrors& errors) : field_(field), errors_(errors) {}

    void add(Broken broken, std::int64_t limit = 0) {
        errors_.push_back({std::string(field_.name), broken, limit, {}, field_.scale});
    }

    void text(const std::string& text) {
        const std::int64_t characters = count_characters(text);
        if (characters < 0 || has_control_characters(text, field_.multiline)) return add(Broken::characters);
        if (field_.format == Format::digits) {
            if (!all_digits(text) || text.size() != field_.chars_max) add(Broken::digits, field_.chars_max);
            return;
        }
        if (field_.format == Format::email && !is_email(text)) add(Broken::email);
        if (characters > field_.chars_max) add(Broken::too_long, field_.chars_max);
    }

    void number(std::int64_t number) {
        if (number < field_.min) add(Broken::too_small, field_.min);
        if (number > field_.max) add(Broken::too_large, field_.max);
    }

  private:
    const Field& field_;
    FieldErrors& errors_;
};

bool may_set(const Field& field, Writer writer, bool is_insert) {
    if (writer == Writer::nobody) return true;  // the system itself
    if (field.is_insert_only && !is_insert) return false;
    switch (field.writer) {
        case Writer::nobody:
            return false;
        case Writer::admin:
            return writer == Writer::admin;
        case Writer::own:
            return writer == Writer::admin || is_insert;
        case Writer::staff:
            return true;
    }
    return false;
}

std::string scaled(std::int64_t number, std::uint8_t scale) {
    std::int64_t unit = 1;
    for (int i = 0; i < scale; ++i) unit *= 10;
    std::string text = std::to_string(number / unit);
    if (number % unit != 0) {
        std::string fraction = std::to_string(number % unit < 0 ? -(number % unit) : number % unit);
        fraction.insert(0, scale - fraction.size(), '0');
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return text;
}

}  // namespace

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    if (!all_digits(text.substr(0, 4)) || !all_digits(text.substr(5, 2)) || !all_digits(text.substr(8, 2)))
        return false;
    const int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    const int month = (text[5] - '0') * 10 + (text[6] - '0');
    const int day = (text[8] - '0') * 10 + (text[9] - '0');
    if (month < 1 || month > 12 || day < 1 || year < 1) return false;
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool is_time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':' || !all_digits(text.substr(0, 2)) || !all_digits(text.substr(3)))
        return false;
    return (text[0] - '0') * 10 + (text[1] - '0') < 24 && text[3] < '6';
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 ||
        text.find('@', at + 1) != std::string_view::npos)
        return false;
    const std::string_view domain = text.substr(at + 1);
    if (domain.empty() || domain.front() == '.' || domain.back() == '.' || domain.front() == '-')
        return false;
    if (domain.find('.') == std::string_view::npos || text.find("..") != std::string_view::npos) return false;
    if (text.front() == '.' || text[at - 1] == '.') return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return kInEmail[static_cast<unsigned char>(c)]; });
}

void normalise(const Schema& schema, Change& change) {
    const EntityTable* table = schema.find(change.entity);
    if (table == nullptr) return;
    for (FieldChange& item : change.fields) {
        const Field* field = table->field(item.field);
        if (field == nullptr) continue;
        if (field->type == Type::string_set) {
            normalise_set(item.added);
            normalise_set(item.removed);
            if (auto* set = std::get_if<StringSet>(&item.value)) normalise_set(*set);
        } else {
            normalise_text(item.value);
            // Cleared, a field with a default shows it; both ends keep it so.
            if (is_null(item.value) && field->has_default) item.value = field->default_value();
        }
    }
}

void validate_value(const Field& field, const Value& value, FieldErrors& errors) {
    FieldCheck check(field, errors);
    if (is_null(value)) {
        if (field.is_required) check.add(Broken::required);
        return;
    }
    if (!has_type(field, value)) return check.add(Broken::wrong_type, static_cast<std::int64_t>(field.type));
    switch (field.type) {
        case Type::boolean:
        case Type::relation:
            break;
        case Type::integer:
        case Type::decimal:
        case Type::timestamp:
            check.number(std::get<std::int64_t>(value));
            break;
        case Type::text:
            check.text(std::get<std::string>(value));
            break;
        case Type::date:
            if (!is_date(std::get<std::string>(value))) check.add(Broken::date);
            break;
        case Type::time_of_day:
            if (!is_time_of_day(std::get<std::string>(value))) check.add(Broken::time);
            break;
        case Type::enumeration:
            if (std::find(field.values.begin(), field.values.end(), std::get<std::string>(value)) ==
                field.values.end())
                check.add(Broken::selected);
            break;
        case Type::string_set:
            for (const std::string& element : std::get<StringSet>(value)) check.text(element);
            break;
    }
}

void validate(const Schema& schema, const Change& change, Writer writer, FieldErrors& errors) {
    const EntityTable& table = schema.at(change.entity);
    const bool is_insert = change.operation == Operation::insert;
    for (const FieldChange& item : change.fields) {
        const Field* field = table.field(item.field);
        if (field == nullptr) {
            errors.push_back({std::to_string(number(item.field)), Broken::unknown, 0, {}, 0});
            continue;
        }
        if (!may_set(*field, writer, is_insert)) {
            errors.push_back({std::string(field->name), Broken::not_allowed, 0, {}, 0});
            continue;
        }
        if (change.find(item.field) != &item) {
            errors.push_back(
                {std::string(field->name), Broken::other, 0, "The same field is changed twice.", 0});
            continue;
        }
        validate_value(*field, item.value, errors);
        if (field->type == Type::string_set && (!item.added.empty() || !item.removed.empty())) {
            validate_value(*field, item.added, errors);
            validate_value(*field, item.removed, errors);
        }
    }
    if (!is_insert) return;
    for (const Field& field : table.fields())
        if (field.is_required && !field.has_default && change.find(field.number) == nullptr)
            errors.push_back({std::string(field.name), Broken::required, 0, {}, 0});
}

std::string message_of(const FieldError& error, std::string_view field_name) {
    std::string label(field_name);
    std::replace(label.begin(), label.end(), '_', ' ');
    const std::string the = "The " + label;
    switch (error.broken) {
        case Broken::required:
            return the + " field is required.";
        case Broken::too_long:
            return the + " must not be greater than " + std::to_string(error.limit) + " characters.";
        case Broken::too_large:
            return the + " must not be greater than " + scaled(error.limit, error.scale) + ".";
        case Broken::too_small:
            return the + " must be at least " + scaled(error.limit, error.scale) + ".";
        case Broken::digits:
            return the + " must be " + std::to_string(error.limit) + " digits.";
        case Broken::email:
            return the + " must be a valid email address.";
        case Broken::date:
            return the + " must be a valid date.";
        case Broken::time:
            return the + " must be a valid time (HH:MM).";
        case Broken::selected:
            return "The selected " + label + " is invalid.";
        case Broken::not_allowed:
            return the + " field may not be changed.";
        case Broken::unknown:
            return the + " field is unknown.";
        case Broken::characters:
            return the + " contains characters that are not allowed.";
        case Broken::wrong_type:
            switch (static_cast<Type>(error.limit)) {
                case Type::boolean:
                    return the + " field must be true or false.";
                case Type::integer:
                case Type::timestamp:
                    return the + " must be an integer.";
                case Type::decimal:
                    return the + " must be a number.";
                case Type::date:
                    return the + " must be a valid date.";
                case Type::relation:
                case Type::enumeration:
                    return "The selected " + label + " is invalid.";
                case Type::string_set:
                    return the + " must be an array.";
                default:
                    return the + " must be a string.";
            }
        case Broken::taken:
            return the + " has already been taken.";
        case Broken::other:
            break;
    }
    return error.text;
}

}  // namespace fieldsync::schema
