// Texts as requests carry them. Pure; any thread.
#pragma once

#include <string_view>

namespace fieldsync::server::surfaces {

// Without blanks at its ends.
inline std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n\f\v";
    const auto from = text.find_first_not_of(kBlank);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

}  // namespace fieldsync::server::surfaces
