// The outside world, injected: only server/app/ and the CLI's main hold the real ones.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "fieldsync/schema/uid.hpp"

namespace fieldsync::sync {

class Clock {
  public:
    virtual ~Clock() = default;
    // Wall clock, microseconds since 1970, UTC. May jump, run backwards, be days off. Any thread.
    [[nodiscard]] virtual std::int64_t now_us() = 0;
};

class Random {
  public:
    virtual ~Random() = default;
    // Unpredictable bytes (tokens and stamps come from here). Any thread.
    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    std::uint64_t next_u64();
};

// A new UUIDv7 of this clock and randomness.
schema::Uid new_uid(Clock& clock, Random& random);

}  // namespace fieldsync::sync
