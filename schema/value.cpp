#include "fieldsync/schema/value.hpp"

#include <algorithm>

#include "fieldsync/schema/field.hpp"

namespace fieldsync::schema {

StringSet make_set(std::vector<std::string> elements) {
    std::sort(elements.begin(), elements.end());
    elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
    return elements;
}

std::int64_t count_characters(std::string_view text) {
    // The well-formed sequences of RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
    std::int64_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        std::size_t more = 0;
        std::uint8_t low = 0x80, high = 0xBF;
        if (lead < 0x80)
            more = 0;
        else if (lead >= 0xC2 && lead <= 0xDF)
            more = 1;
        else if (lead >= 0xE0 && lead <= 0xEF) {
            more = 2;
            if (lead == 0xE0) low = 0xA0;
            if (lead == 0xED) high = 0x9F;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            more = 3;
            if (lead == 0xF0) low = 0x90;
            if (lead == 0xF4) high = 0x8F;
        } else
            return -1;
        if (text.size() - i <= more) return -1;
        for (std::size_t k = 1; k <= more; ++k) {
            const auto byte = static_cast<std::uint8_t>(text[i + k]);
            if (byte < low || byte > high) return -1;
            low = 0x80, high = 0xBF;
        }
        i += more + 1;
    }
    return count;
}

Value Field::default_value() const {
    if (!has_default) return {};
    switch (type) {
        case Type::boolean:
            return default_number != 0;
        case Type::integer:
        case Type::decimal:
        case Type::timestamp:
            return default_number;
        default:
            return std::string(default_text);
    }
}

}  // namespace fieldsync::schema
