#include "query/filter.hpp"

#include <algorithm>

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

CheckedQuery::CheckedQuery(const Query& query, const schema::EntityTable& table)
    : query_(&query), table_(&table) {
    for (const Filter& filter : query.filters) {
        Test& test = tests_.emplace_back(Test{&filter, table.field(filter.field), std::nullopt});
        if (filter.match != Match::contains) continue;
        test.search.emplace(std::get<std::string>(filter.value));
        test.is_in_bytes = !holds(test, test.field->default_value());
    }
}

bool CheckedQuery::matches(const schema::Record& record) const {
    return record.entity == query_->entity && std::ranges::all_of(tests_, [&](const Test& test) {
               return holds(test, shown_value(record, *test.field));
           });
}

bool CheckedQuery::matches(std::string_view stored) const {
    for (const Test& test : tests_) {
        if (test.is_in_bytes && !test.search->is_in(stored)) return false;
        const sync::FieldView view = sync::view_field(stored, test.filter->field);
        if (view.kind == sync::FieldView::Kind::other) return matches(decode_stored(stored));
        if (!holds(test, view)) return false;
    }
    return true;
}

bool CheckedQuery::holds(const Test& test, const Value& value) {
    const Filter& filter = *test.filter;
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
        case Match::in:
            return std::find(filter.any_of.begin(), filter.any_of.end(), value) != filter.any_of.end();
        case Match::contains:
            if (const auto* set = std::get_if<schema::StringSet>(&value))
                return std::binary_search(set->begin(), set->end(), std::get<std::string>(filter.value));
            [[fallthrough]];
        case Match::prefix: {
            const auto* text = std::get_if<std::string>(&value);
            return text != nullptr && holds(test, std::string_view(*text));
        }
    }
    return false;
}

// Texts are most of what is filtered: these need no copy.
bool CheckedQuery::holds(const Test& test, std::string_view text) {
    if (test.search) return test.search->is_in(text);
    const auto* wanted = std::get_if<std::string>(&test.filter->value);
    if (wanted != nullptr && test.filter->match == Match::prefix) return text.starts_with(*wanted);
    if (wanted != nullptr && test.filter->match == Match::equals) return text == *wanted;
    return holds(test, Value(std::string(text)));
}

bool CheckedQuery::holds(const Test& test, const sync::FieldView& view) {
    using Kind = sync::FieldView::Kind;
    switch (view.kind) {
        case Kind::text:
            return holds(test, view.bytes);
        case Kind::null:
            return holds(test, Value());
        case Kind::boolean:
            return holds(test, Value(view.number != 0));
        case Kind::integer:
            return holds(test, Value(view.number));
        case Kind::uid:
            return holds(test, Value(schema::Uid::from_bytes(view.bytes).value_or(schema::Uid{})));
        case Kind::absent:
        case Kind::other:
            break;
    }
    return holds(test, test.field->default_value());
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
