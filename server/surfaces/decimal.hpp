// Decimal texts to scaled integers, exactly: no floating point in between. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fieldsync::server::surfaces {

// "45.5" with scale 2 is 4550; digits behind the scale are rounded, half away from zero. What does not fit
// becomes the nearest that does (9e18), for a range check to refuse. Anything else, an exponent too, gives
// nothing.
std::optional<std::int64_t> parse_decimal(std::string_view text, int scale);

}  // namespace fieldsync::server::surfaces
