// What the accounts' queries read alike: whether a business is in good standing, and columns that may be
// NULL. Private to this folder.
#pragma once

#include <string>

#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server::accounts {

inline bool flag_at(storage::Row& row, int column) {
    return !row.null(column) && row.integer(column) != 0;
}

inline std::string text_at(storage::Row& row, int column) {
    return row.null(column) ? std::string() : std::string(row.text(column));
}

// The platform itself, business 0, always is.
inline bool is_in_standing(BusinessId business, bool is_active, std::string_view subscription_status) {
    if (number(business) == 0) return true;
    return is_active && subscription_status != "suspended" && subscription_status != "cancelled";
}

}  // namespace fieldsync::server::accounts
