// The real clock, randomness and commit points: the only ones of the server.
#pragma once

#include <atomic>
#include <string>

#include "fieldsync/sync/environment.hpp"
#include "storage/commit_points.hpp"

namespace fieldsync::server::app {

class SystemClock final : public sync::Clock {
  public:
    std::int64_t now_us() override;
};

class SystemRandom final : public sync::Random {
  public:
    SystemRandom();  // throws std::runtime_error when the system gives no randomness
    void fill(std::span<std::uint8_t> bytes) override;
};

// Microseconds that only differ: for durations.
std::int64_t monotonic_us();

// For crash tests: FIELDSYNC_CRASH_AT="group.committed:3" ends the process with SIGKILL the third time that
// point is reached. Without the variable, nothing.
class ProcessCommitPoints final : public storage::CommitPoints {
  public:
    ProcessCommitPoints();
    void reached(std::string_view point) override;

  private:
    std::string crash_at_;
    std::atomic<int> left_{0};
};

}  // namespace fieldsync::server::app
