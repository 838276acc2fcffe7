#include "fieldsync/schema/calendar.hpp"

#include <date/tz.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <span>

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

// The last digits of a number, as many as there is room for.
void put_digits(std::span<char> room, std::int64_t number) {
    for (auto digit = room.rbegin(); digit != room.rend(); ++digit, number /= 10)
        *digit = static_cast<char>('0' + number % 10);
}

void append_date(date::year_month_day day, std::string& out) {
    const int year = static_cast<int>(day.year());
    std::array text = std::to_array("-00-00");
    put_digits(std::span(text).subspan(1, 2), static_cast<unsigned>(day.month()));
    put_digits(std::span(text).subspan(4, 2), static_cast<unsigned>(day.day()));
    std::array<char, 16> digits{};
    if (year >= 0 && year <= 9999)
        put_digits(std::span(digits).first(4), year);
    else
        std::snprintf(digits.data(), digits.size(), "%04d", year);
    out += digits.data();
    out += text.data();
}

std::string text_of(date::year_month_day day) {
    std::string text;
    append_date(day, text);
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

void append_utc(std::int64_t time_us, std::string& out) {
    const Microseconds time{std::chrono::microseconds{time_us}};
    const auto day = date::floor<date::days>(time);
    const date::hh_mm_ss clock{time - day};
    std::array text = std::to_array("T00:00:00.000000Z");
    const auto put = [&](std::size_t from, std::size_t count, std::int64_t number) {
        put_digits(std::span(text).subspan(from, count), number);
    };
    put(1, 2, clock.hours().count());
    put(4, 2, clock.minutes().count());
    put(7, 2, clock.seconds().count());
    put(10, 6, clock.subseconds().count());
    append_date(day, out);
    out += text.data();
}

std::string format_utc(std::int64_t time_us) {
    std::string text;
    append_utc(time_us, text);
    return text;
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
