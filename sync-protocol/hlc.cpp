#include "fieldsync/sync/hlc.hpp"

#include <algorithm>
#include <limits>

namespace fieldsync::sync {
namespace {

constexpr std::int64_t milliseconds_max = (std::int64_t{1} << 48) - 1;

// The next stamp; a full counter carries into the milliseconds. Stays at the very last one.
Hlc after(Hlc stamp) {
    if (stamp.packed == std::numeric_limits<std::uint64_t>::max()) return stamp;
    return Hlc{stamp.packed + 1};
}

}  // namespace

Hlc Hlc::at(std::int64_t unix_ms, std::uint16_t counter) {
    const auto ms = static_cast<std::uint64_t>(std::clamp<std::int64_t>(unix_ms, 0, milliseconds_max));
    return Hlc{ms << 16 | counter};
}

Hlc next_hlc(Hlc last, std::int64_t now_ms) {
    return std::max(Hlc::at(now_ms), after(last));
}

Hlc observe_hlc(Hlc last, Hlc remote, std::int64_t now_ms) {
    return next_hlc(std::max(last, remote), now_ms);
}

Hlc clamp_hlc(Hlc claimed, std::int64_t now_ms) {
    // Measured from a sane now: neither a clock before 1970 nor one at the end of time overflows.
    const std::int64_t now = Hlc::at(now_ms).milliseconds();
    return claimed.milliseconds() - now > kHlcAheadMaxMs ? Hlc::at(now) : claimed;
}

}  // namespace fieldsync::sync
