// Columns that may be NULL, as the JSON writer takes them; the views are good until the visitor returns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fieldsync/schema/calendar.hpp"
#include "storage/connection.hpp"

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

// "2026-05-20T10:00:00.000000Z".
inline std::optional<std::string> time_at(storage::Row& row, int column) {
    if (row.null(column)) return std::nullopt;
    return schema::format_utc(row.integer(column));
}

}  // namespace fieldsync::server::surfaces
