// The bounds of a migration, each with its reason.
#pragma once

#include <cstddef>

namespace fieldsync::server::migration::limits {

// Rows that are in memory at a time, and in one transaction of the target: enough that a flush to disk is spread
// thin, few enough that both databases hear of us long before they take us for dead.
inline constexpr std::size_t page_rows_max = 1000;

// A page ends early behind a row that brings it over this: a row may hold a change-set of 4 MiB. It bounds what
// we keep, and with SQLite what is read; libpq reads a page's rows whole.
inline constexpr std::size_t page_bytes_max = 8 * 1024 * 1024;

// Values in one INSERT. Both databases take some 32,000; past some hundred the statement's own cost is gone.
inline constexpr std::size_t insert_values_max = 512;

}  // namespace fieldsync::server::migration::limits
