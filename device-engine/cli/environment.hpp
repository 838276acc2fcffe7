// The real clock, randomness and settings: the only place of the program that touches them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "fieldsync/sync/environment.hpp"

namespace fieldsync::cli {

// What the environment and the terminal say. Read once, at the start.
struct Settings {
    std::int64_t clock_offset_ms = 0;     // FIELDSYNC_CLOCK_OFFSET_MS: a device whose clock is wrong
    std::optional<std::string> password;  // FIELDSYNC_PASSWORD
    std::optional<std::chrono::milliseconds> backoff_max;  // FIELDSYNC_BACKOFF_MAX_MS
    std::optional<std::size_t> map_size_first;  // FIELDSYNC_MAP_SIZE_FIRST: bytes of a new store's map
    bool shows_progress = false;                // stderr is a terminal, or FIELDSYNC_PROGRESS=1
    std::optional<std::size_t> width;           // of the terminal, when stdout is one
    std::string device_name;                    // this machine's
};

// Throws std::invalid_argument where a number is none.
Settings read_settings();

class SystemClock final : public sync::Clock {
  public:
    explicit SystemClock(std::int64_t offset_ms) : offset_ms_(offset_ms) {}
    std::int64_t now_us() override;

  private:
    std::int64_t offset_ms_;
};

class SystemRandom final : public sync::Random {
  public:
    SystemRandom();  // throws std::runtime_error where there is none
    void fill(std::span<std::uint8_t> bytes) override;
};

// SIGTERM and SIGINT ask to stop, once; the second one ends the program at once.
void catch_stop_signals();
bool stop_was_asked();

void sleep_for(std::chrono::milliseconds time);

}  // namespace fieldsync::cli
