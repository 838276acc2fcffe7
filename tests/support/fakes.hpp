// The outside world in tests: a clock that stands where it is put, and randomness from a seed.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>

#include "fieldsync/sync/environment.hpp"

namespace fieldsync::testing {

// 2026-05-20T10:00:00Z, a Wednesday: 15:30 in Kolkata.
inline constexpr std::int64_t kNoonUs = 1'779'271'200'000'000;

class FakeClock final : public sync::Clock {
  public:
    explicit FakeClock(std::int64_t now_us = kNoonUs) : now_us_(now_us) {}
    std::int64_t now_us() override { return now_us_; }
    void set(std::int64_t now_us) { now_us_ = now_us; }
    void advance_ms(std::int64_t ms) { now_us_ += ms * 1000; }

  private:
    std::atomic<std::int64_t> now_us_;
};

class SeededRandom final : public sync::Random {
  public:
    explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
    void fill(std::span<std::uint8_t> bytes) override {
        const std::lock_guard lock(mutex_);
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
    }

  private:
    std::mutex mutex_;
    std::mt19937_64 engine_;
};

// A directory of its own, removed with everything in it.
class TempDir {
  public:
    explicit TempDir(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
        std::string pattern = (parent / "fieldsync-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("cannot make a temporary directory");
        path_ = pattern;
    }
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace fieldsync::testing
