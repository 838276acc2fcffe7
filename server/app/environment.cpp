#include "app/environment.hpp"

#include <sodium.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace fieldsync::server::app {

std::int64_t SystemClock::now_us() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

SystemRandom::SystemRandom() {
    // Its own generator, seeded by the system: every new record asks, and a system call each is dear.
    randombytes_set_implementation(&randombytes_internal_implementation);
    if (sodium_init() < 0) throw std::runtime_error("no source of randomness");
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
    randombytes_buf(bytes.data(), bytes.size());
}

std::int64_t monotonic_us() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

ProcessCommitPoints::ProcessCommitPoints() {
    const char* value = std::getenv("FIELDSYNC_CRASH_AT");
    if (value == nullptr) return;
    crash_at_ = value;
    const auto colon = crash_at_.find(':');
    left_ = colon == std::string::npos ? 1 : std::atoi(crash_at_.c_str() + colon + 1);
    crash_at_.resize(std::min(colon, crash_at_.size()));
}

void ProcessCommitPoints::reached(std::string_view point) {
    if (!crash_at_.empty() && point == crash_at_ && --left_ == 0) std::raise(SIGKILL);
}

}  // namespace fieldsync::server::app
