#include "surfaces/format.hpp"

#include <algorithm>
#include <array>

#include "fieldsync/schema/calendar.hpp"

namespace fieldsync::server::surfaces {
namespace {

constexpr std::int64_t kThousand = 1'000, kLakh = 100'000, kCrore = 10'000'000;
constexpr std::string_view kDash = " – ";

// With at most two digits behind the point, and no zeros at the end.
std::string hundredths_text(std::int64_t hundredths) {
    std::string text = std::to_string(hundredths / 100);
    const std::int64_t rest = hundredths % 100;
    if (rest == 0) return text;
    text += '.';
    text += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) text += static_cast<char>('0' + rest % 10);
    return text;
}

// In the largest unit of which there is one.
std::string short_rupees(std::int64_t minor) {
    struct Unit {
        std::int64_t rupees;
        std::string_view suffix;
    };
    constexpr std::array kUnits{Unit{kCrore, "Cr"}, Unit{kLakh, "L"}, Unit{kThousand, "K"}};
    for (std::size_t i = 0; i < kUnits.size(); ++i) {
        if (minor < kUnits[i].rupees * 100) continue;
        const std::int64_t hundredths = (minor + kUnits[i].rupees / 2) / kUnits[i].rupees;
        // A hundred of a unit is one of the next: what rounding brought there is said so.
        if (hundredths >= 100 * 100 && i > 0) return "₹1" + std::string(kUnits[i - 1].suffix);
        return "₹" + hundredths_text(hundredths) + std::string(kUnits[i].suffix);
    }
    return "₹" + hundredths_text(minor);
}

template <class Print>
std::optional<std::string> range_text(std::optional<std::int64_t> min, std::optional<std::int64_t> max,
                                      Print print, std::string_view unit) {
    if (!min && !max) return std::nullopt;
    std::string text;
    if (min && max)
        text = print(*min) + std::string(kDash) + print(*max);
    else
        text = min ? "From " + print(*min) : "Up to " + print(*max);
    return text + std::string(unit);
}

}  // namespace

std::optional<std::string> budget_text(std::optional<std::int64_t> min, std::optional<std::int64_t> max) {
    return range_text(min, max, short_rupees, "");
}

std::optional<std::string> size_text(std::optional<std::int64_t> min, std::optional<std::int64_t> max) {
    return range_text(min, max, hundredths_text, " sqft");
}

std::string slug_of(std::string_view name) {
    std::string slug;
    for (const char c : name) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        if (is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            slug += static_cast<char>(is_upper ? c - 'A' + 'a' : c);
        } else if (!slug.empty() && slug.back() != '_') {
            slug += '_';
        }
    }
    if (!slug.empty() && slug.back() == '_') slug.pop_back();
    return slug;
}

std::string requirement_title(std::string_view interest, std::string_view type_slug,
                              std::string_view type_label, std::string_view location) {
    std::string title;
    const auto add = [&title](std::string_view part) {
        if (part.empty()) return;
        if (!title.empty()) title += " - ";
        title += part;
    };
    add(interest == "buy" ? "Buy" : interest == "rent" ? "Rent" : "");
    if (type_slug != "any") add(type_label.substr(0, type_label.find(" / ")));
    add(location);
    return title;
}

std::int64_t days_since(std::int64_t time_us, std::string_view today, std::string_view time_zone) {
    return std::max<std::int64_t>(0, schema::days_between(schema::date_at(time_us, time_zone), today));
}

}  // namespace fieldsync::server::surfaces
