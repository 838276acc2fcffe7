// Trace: what happened in a run, line by line. Its hash is the run's fingerprint: the same seed gives the same one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fieldsync::simulation {

class Trace {
  public:
    // `keeps`: the lines are wanted, not only their hash.
    explicit Trace(bool keeps) : keeps_(keeps) {}

    void say(std::int64_t at_us, std::string_view who, std::string_view what);

    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  private:
    const bool keeps_;
    std::uint64_t hash_ = 0xCBF29CE484222325ULL;  // FNV-1a
    std::vector<std::string> lines_;
};

// "3:07:21.350" since the beginning.
std::string time_text(std::int64_t at_us);

}  // namespace fieldsync::simulation
