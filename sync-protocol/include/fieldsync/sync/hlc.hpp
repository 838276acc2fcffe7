// Hybrid logical clock (Kulkarni et al., 2014): 48 bits of milliseconds, 16 bits of counter. It only orders.
#pragma once

#include <compare>
#include <cstdint>

namespace fieldsync::sync {

struct Hlc {
    std::uint64_t packed = 0;

    auto operator<=>(const Hlc&) const = default;
    [[nodiscard]] std::int64_t milliseconds() const { return static_cast<std::int64_t>(packed >> 16); }
    // Times out of the 48 bits' range count as the nearest within.
    static Hlc at(std::int64_t unix_ms, std::uint16_t counter = 0);
};

// How far ahead of the receiver's clock a stamp may be before it is set back (design.md, Conflicts).
inline constexpr std::int64_t kHlcAheadMaxMs = 5 * 60 * 1000;

// Pure steps; who calls keeps the state, durably. Any thread. Times are milliseconds since 1970 and may run
// backwards. For a new event: later than `last`, whatever the clock says.
Hlc next_hlc(Hlc last, std::int64_t now_ms);
// After hearing of another's: later than both, so that a write made after seeing a value wins over it. A
// stamp that nobody has clamped yet is to be clamped first.
Hlc observe_hlc(Hlc last, Hlc remote, std::int64_t now_ms);
// The stamp, or `now` where it claims a time more than kHlcAheadMaxMs ahead of it.
Hlc clamp_hlc(Hlc claimed, std::int64_t now_ms);

}  // namespace fieldsync::sync
