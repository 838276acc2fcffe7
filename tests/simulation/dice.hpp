// Dice: every choice of a run, from its seed. A fork depends on nothing but its parent's seed and its name, so
// that leaving out one part of a history changes nothing of the others (shrink.hpp).
#pragma once

#include <cstdint>
#include <vector>

#include "fieldsync/sync/environment.hpp"

namespace fieldsync::simulation {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : seed_(seed), state_(seed) {}

    std::uint64_t next() {  // splitmix64
        std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15ULL;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }
    std::uint64_t pick(std::uint64_t n) { return next() % n; }  // 0 … n − 1
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(pick(static_cast<std::uint64_t>(high - low) + 1));
    }
    bool chance(std::uint64_t per_mille) { return pick(1'000) < per_mille; }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[pick(all.size())];
    }
    [[nodiscard]] Dice fork(std::uint64_t name) const {
        return Dice(Dice(seed_ ^ (name * 0xD6E8FEB86659FD93ULL)).next());
    }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }

  private:
    std::uint64_t seed_, state_;
};

// The randomness of a program under test.
class DiceRandom final : public sync::Random {
  public:
    explicit DiceRandom(Dice dice) : dice_(dice) {}
    void fill(std::span<std::uint8_t> bytes) override {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i, bits >>= 8) {
            if (i % 8 == 0) bits = dice_.next();
            bytes[i] = static_cast<std::uint8_t>(bits);
        }
    }

  private:
    Dice dice_;
};

}  // namespace fieldsync::simulation
