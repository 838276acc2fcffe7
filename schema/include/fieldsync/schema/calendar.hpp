// Days and times of a business, in its own time zone (an IANA name).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fieldsync::schema {

// The date there at that moment, YYYY-MM-DD. An unknown zone counts as UTC. Microseconds since 1970.
std::string date_at(std::int64_t time_us, std::string_view time_zone);
bool is_time_zone(std::string_view name);
// Whole days between two dates (YYYY-MM-DD), later minus earlier.
std::int64_t days_between(std::string_view earlier, std::string_view later);
// 2026-05-20T10:00:00.000000Z, and back; 0 for a text that is none.
std::string format_utc(std::int64_t time_us);
void append_utc(std::int64_t time_us, std::string& out);
std::int64_t parse_utc(std::string_view text);

}  // namespace fieldsync::schema
