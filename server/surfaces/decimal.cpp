#include "surfaces/decimal.hpp"

#include <algorithm>

namespace fieldsync::server::surfaces {
namespace {

constexpr std::int64_t kMagnitudeMax = 9'000'000'000'000'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::optional<std::int64_t> parse_decimal(std::string_view text, int scale) {
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    const std::string_view whole = text.substr(0, text.find('.'));
    std::string_view fraction = text.substr(std::min(whole.size() + 1, text.size()));
    if (whole.empty() && fraction.empty()) return std::nullopt;
    if (!std::all_of(whole.begin(), whole.end(), is_digit) ||
        !std::all_of(fraction.begin(), fraction.end(), is_digit))
        return std::nullopt;

    std::int64_t number = 0;
    const auto append = [&number](int digit) {
        number = number > (kMagnitudeMax - digit) / 10 ? kMagnitudeMax : number * 10 + digit;
    };
    for (const char c : whole) append(c - '0');
    const auto digits = static_cast<std::size_t>(scale);
    for (std::size_t i = 0; i < digits; ++i) append(i < fraction.size() ? fraction[i] - '0' : 0);
    if (fraction.size() > digits && fraction[digits] >= '5' && number < kMagnitudeMax) ++number;
    return is_negative ? -number : number;
}

}  // namespace fieldsync::server::surfaces
