// What a field holds, on the wire, on the device and on the server alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fieldsync/schema/uid.hpp"

namespace fieldsync::schema {

using StringSet = std::vector<std::string>;  // sorted, without doubles

// text, date (YYYY-MM-DD), time of day (HH:MM) and enumeration are strings; decimal is an integer scaled by
// its field's `scale` (money: minor units); timestamp is microseconds since 1970, UTC; relation is the
// other's uid.
using Value = std::variant<std::monostate, bool, std::int64_t, std::string, Uid, StringSet>;

inline bool is_null(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}

template <class T>
const T* get_if(const Value* value) {
    return value == nullptr ? nullptr : std::get_if<T>(value);
}

// `elements`, sorted and without doubles.
StringSet make_set(std::vector<std::string> elements);

// UTF-8 characters, not bytes: what every limit on text counts. -1 when the bytes are not UTF-8.
std::int64_t count_characters(std::string_view text);

}  // namespace fieldsync::schema
