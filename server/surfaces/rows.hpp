// Columns that may be NULL, as the JSON writer takes them; the views are good until the visitor returns.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/connection.hpp"
#include "surfaces/json.hpp"

namespace fieldsync::server::surfaces {

inline std::optional<std::string_view> text_at(storage::Row& row, int column) {
    if (row.null(column)) return std::nullopt;
    return row.text(column);
}

inline std::optional<std::int64_t> integer_at(storage::Row& row, int column) {
    if (row.null(column)) return std::nullopt;
    return row.integer(column);
}

inline bool flag_at(storage::Row& row, int column) {
    return !row.null(column) && row.integer(column) != 0;
}

inline std::optional<UtcTime> time_at(storage::Row& row, int column) {
    if (row.null(column)) return std::nullopt;
    return UtcTime{row.integer(column)};
}

}  // namespace fieldsync::server::surfaces
