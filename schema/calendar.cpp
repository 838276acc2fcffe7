#include "fieldsync/schema/calendar.hpp"

#include <date/tz.h>

#include <charconv>
#include <cstdio>

namespace fieldsync::schema {
namespace {

using Microseconds = date::sys_time<std::chrono::microseconds>;

const date::time_zone* zone_of(std::string_view name) {
    try {
        return date::locate_zone(std::string(name));
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

std::string text_of(date::year_month_day day) {
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text;
}

int digits(std::string_view text, std::size_t from, std::size_t count) {
    int value = 0;
    std::from_chars(text.data() + from, text.data() + from + count, value);
    return value;
}

date::sys_days day_of(std::string_view text) {
    if (text.size() < 10) return {};
    return date::year{digits(text, 0, 4)} / date::month{static_cast<unsigned>(digits(text, 5, 2))} /
           date::day{static_cast<unsigned>(digits(text, 8, 2))};
}

}  // namespace

std::string date_at(std::int64_t time_us, std::string_view time_zone) {
    const Microseconds time{std::chrono::microseconds{time_us}};
    const date::time_zone* zone = zone_of(time_zone);
    if (zone == nullptr) return text_of(date::floor<date::days>(time));
    return text_of(date::year_month_day{date::floor<date::days>(zone->to_local(time))});
}

bool is_time_zone(std::string_view name) {
    return zone_of(name) != nullptr;
}

std::int64_t days_between(std::string_view earlier, std::string_view later) {
    return (day_of(later) - day_of(earlier)).count();
}

std::string format_utc(std::int64_t time_us) {
    const Microseconds time{std::chrono::microseconds{time_us}};
    const auto day = date::floor<date::days>(time);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time - day).count();
    const auto micros = (time - day).count() - seconds * 1'000'000;
    char text[48];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%06dZ", static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60),
                  static_cast<int>(micros));
    return text_of(day) + text;
}

std::int64_t parse_utc(std::string_view text) {
    if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z') return 0;
    const std::int64_t seconds = digits(text, 11, 2) * 3600 + digits(text, 14, 2) * 60 + digits(text, 17, 2);
    std::int64_t micros = 0;
    if (text[19] == '.') {
        std::int64_t unit = 100'000;
        for (std::size_t i = 20; i + 1 < text.size() && unit > 0; ++i, unit /= 10)
            micros += (text[i] - '0') * unit;
    }
    const auto day = std::chrono::duration_cast<std::chrono::microseconds>(day_of(text).time_since_epoch());
    return day.count() + seconds * 1'000'000 + micros;
}

}  // namespace fieldsync::schema
