#include "records/values.hpp"

#include <stdexcept>

namespace fieldsync::server {

using schema::Type;
using schema::Uid;
using schema::Value;

BoundValue::BoundValue(const Value& value) : value_(value) {
    if (const auto* set = std::get_if<schema::StringSet>(&value))
        for (const std::string& element : *set) joined_ += (joined_.empty() ? "" : "\n") + element;
}

storage::Parameter BoundValue::parameter() const {
    if (const auto* flag = std::get_if<bool>(&value_)) return *flag;
    if (const auto* integer = std::get_if<std::int64_t>(&value_)) return *integer;
    if (const auto* text = std::get_if<std::string>(&value_)) return *text;
    if (const auto* uid = std::get_if<Uid>(&value_)) return blob(*uid);
    if (std::holds_alternative<schema::StringSet>(value_)) return joined_;
    return nullptr;
}

Value read_value(storage::Row& row, int column, const schema::Field& field) {
    if (row.null(column)) return {};
    switch (field.type) {
        case Type::boolean:
            return row.integer(column) != 0;
        case Type::integer:
        case Type::decimal:
        case Type::timestamp:
            return row.integer(column);
        case Type::relation:
            return read_uid(row, column);
        case Type::string_set: {
            schema::StringSet set;
            std::string_view rest = row.text(column);
            while (!rest.empty()) {
                const auto end = rest.find('\n');
                set.emplace_back(rest.substr(0, end));
                rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
            }
            return set;
        }
        default:
            return std::string(row.text(column));
    }
}

std::string_view read_bytes(storage::Row& row, int column) {
    const auto bytes = row.blob(column);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Uid read_uid(storage::Row& row, int column) {
    if (row.null(column)) return {};
    const auto uid = Uid::from_bytes(read_bytes(row, column));
    if (!uid) throw std::runtime_error("a uid in the database is damaged");
    return *uid;
}

}  // namespace fieldsync::server
