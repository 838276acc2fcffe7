#include "query/filter.hpp"

#include <algorithm>

#include "fieldsync/sync/field_view.hpp"
#include "records/index_key.hpp"
#include "records/records.hpp"

namespace fieldsync::device {
namespace {

using schema::Value;

Error bad_query(std::string message) {
    return {ErrorCode::bad_query, {}, std::move(message), {}};
}

std::size_t alternative_of(schema::Type type) {
    switch (type) {
        case schema::Type::boolean:
            return Value(false).index();
        case schema::Type::integer:
        case schema::Type::decimal:
        case schema::Type::timestamp:
            return Value(std::int64_t{}).index();
        case schema::Type::relation:
            return Value(schema::Uid{}).index();
        case schema::Type::string_set:
            return Value(schema::StringSet{}).index();
        default:
            return Value(std::string()).index();
    }
}

bool is_text(const schema::Field& field) {
    return alternative_of(field.type) == Value(std::string()).index();
}

// Nothing when all is well.
std::string problem_of(const Filter& filter, const schema::Field& field) {
    const std::string name(field.name);
    const auto fits = [&](const Value& value) {
        return schema::is_null(value) || value.index() == alternative_of(field.type);
    };
    switch (filter.match) {
        case Match::prefix:
            if (!is_text(field) || schema::is_null(filter.value))
                return "only texts have prefixes, not " + name;
            break;
        case Match::contains:
            if (!is_text(field) && field.type != schema::Type::string_set)
                return name + " cannot contain anything";
            return std::holds_alternative<std::string>(filter.value)
                       ? ""
                       : "what " + name + " contains must be a text";
        case Match::in:
            if (!std::all_of(filter.any_of.begin(), filter.any_of.end(), fits))
                return "a value of another type for " + name;
            return {};
        case Match::less:
        case Match::less_or_equal:
        case Match::greater:
        case Match::greater_or_equal:
            if (schema::is_null(filter.value)) return "a range of " + name + " needs a value";
            break;
        case Match::equals:
        case Match::not_equals:
            break;
    }
    return fits(filter.value) ? "" : "a value of another type for " + name;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains(std::string_view text, std::string_view wanted) {
    const auto same = [](char a, char b) { return lower(a) == lower(b); };
    return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end() ||
           wanted.empty();
}

bool contains(const Value& value, const std::string& wanted) {
    if (const auto* set = std::get_if<schema::StringSet>(&value))
        return std::binary_search(set->begin(), set->end(), wanted);
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr && contains(std::string_view(*text), wanted);
}

bool matches(const Filter& filter, const Value& value) {
    const auto in_range = [&](auto compare) {
        return !schema::is_null(value) && compare(value, filter.value);
    };
    switch (filter.match) {
        case Match::equals:
            return value == filter.value;
        case Match::not_equals:
            return value != filter.value;
        case Match::less:
            return in_range(std::less<>{});
        case Match::less_or_equal:
            return in_range(std::less_equal<>{});
        case Match::greater:
            return in_range(std::greater<>{});
        case Match::greater_or_equal:
            return in_range(std::greater_equal<>{});
        case Match::contains:
            return contains(value, std::get<std::string>(filter.value));
        case Match::in:
            return std::find(filter.any_of.begin(), filter.any_of.end(), value) != filter.any_of.end();
        case Match::prefix: {
            const auto* text = std::get_if<std::string>(&value);
            return text != nullptr && text->starts_with(std::get<std::string>(filter.value));
        }
    }
    return false;
}

// Texts are most of what is filtered: these need no copy.
bool matches(const Filter& filter, std::string_view text) {
    const auto* wanted = std::get_if<std::string>(&filter.value);
    if (wanted != nullptr && filter.match == Match::contains) return contains(text, *wanted);
    if (wanted != nullptr && filter.match == Match::prefix) return text.starts_with(*wanted);
    if (wanted != nullptr && filter.match == Match::equals) return text == *wanted;
    return matches(filter, Value(std::string(text)));
}

bool matches(const Filter& filter, const sync::FieldView& view, const schema::Field& field) {
    using Kind = sync::FieldView::Kind;
    switch (view.kind) {
        case Kind::text:
            return matches(filter, view.bytes);
        case Kind::null:
            return matches(filter, Value());
        case Kind::boolean:
            return matches(filter, Value(view.number != 0));
        case Kind::integer:
            return matches(filter, Value(view.number));
        case Kind::uid:
            return matches(filter, Value(schema::Uid::from_bytes(view.bytes).value_or(schema::Uid{})));
        case Kind::absent:
        case Kind::other:
            break;
    }
    return matches(filter, field.default_value());
}

}  // namespace

Result<CheckedQuery> CheckedQuery::check(const Query& query, const schema::Schema& schema) {
    const schema::EntityTable* table = schema.find(query.entity);
    if (table == nullptr) return bad_query("no such entity");
    const auto find = [&](schema::FieldNumber number) {
        const schema::Field* field = table->field(number);
        return field == nullptr || field->is_argument || !field->is_synced ? nullptr : field;
    };
    const std::string name(table->name());
    for (const Filter& filter : query.filters) {
        const schema::Field* field = find(filter.field);
        if (field == nullptr) return bad_query(name + " has no such field here");
        if (std::string problem = problem_of(filter, *field); !problem.empty())
            return bad_query(std::move(problem));
    }
    for (const Order& order : query.order)
        if (find(order.field) == nullptr) return bad_query(name + " has no such field here");
    return CheckedQuery(query, *table);
}

bool CheckedQuery::matches(const schema::Record& record) const {
    return record.entity == query_->entity &&
           std::all_of(query_->filters.begin(), query_->filters.end(), [&](const Filter& filter) {
               return device::matches(filter, shown_value(record, *table_->field(filter.field)));
           });
}

bool CheckedQuery::matches(std::string_view stored) const {
    for (const Filter& filter : query_->filters) {
        const sync::FieldView view = sync::view_field(stored, filter.field);
        if (view.kind == sync::FieldView::Kind::other) return matches(decode_stored(stored));
        if (!device::matches(filter, view, *table_->field(filter.field))) return false;
    }
    return true;
}

bool CheckedQuery::before(const schema::Record& a, const schema::Record& b) const {
    for (const Order& order : query_->order) {
        const schema::Field& field = *table_->field(order.field);
        const Value left = shown_value(a, field), right = shown_value(b, field);
        if (left != right) return order.descending ? right < left : left < right;
    }
    return a.uid < b.uid;
}

}  // namespace fieldsync::device
