// Scheduler: simulated time. Everything that happens is a piece of work at a moment; the earlier goes first, of the
// same moment whoever was asked first. Work belongs to a life (a process that may be killed): with it ends what
// it still had to do.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "fieldsync/sync/environment.hpp"

namespace fieldsync::simulation {

// 2026-05-20T10:00:00Z, a Wednesday.
inline constexpr std::int64_t kStartUs = 1'779'271'200'000'000;
inline constexpr std::int64_t kMillisecond = 1'000, kSecond = 1'000'000, kMinute = 60 * kSecond;

// One run of a program. `killed` is called when a commit point plays its death.
struct Life {
    bool is_over = false;
    std::function<void()> killed;
};

class Scheduler {
  public:
    using Work = std::function<void()>;

    void at(std::int64_t time_us, std::shared_ptr<Life> life, Work work);
    void after(std::int64_t delay_us, std::shared_ptr<Life> life, Work work) {
        at(now_us_ + delay_us, std::move(life), std::move(work));
    }
    // Until there is nothing up to that time, or `done` says so (asked after each piece of work).
    void run_until(std::int64_t time_us, const std::function<bool()>& done = {});
    // Called after each piece of work, whoever's it was.
    std::function<void()> after_each;

    // Since the beginning; the true time, which clocks may miss.
    [[nodiscard]] std::int64_t now_us() const { return now_us_; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }
    // Drops what the dead had still to do.
    void forget_the_dead();
    void clear() { queue_.clear(); }

  private:
    struct Item {
        std::int64_t time_us;
        std::uint64_t number;
        std::shared_ptr<Life> life;
        Work work;
    };
    static bool is_later(const Item& a, const Item& b) {
        return a.time_us != b.time_us ? a.time_us > b.time_us : a.number > b.number;
    }

    std::vector<Item> queue_;  // a heap
    std::int64_t now_us_ = 0;
    std::uint64_t next_number_ = 0, steps_ = 0;
};

// What a program takes for the time: the true one and how far it is off.
class SkewedClock final : public sync::Clock {
  public:
    explicit SkewedClock(const Scheduler& scheduler) : scheduler_(scheduler) {}
    std::int64_t now_us() override { return kStartUs + scheduler_.now_us() + offset_us; }
    std::int64_t offset_us = 0;

  private:
    const Scheduler& scheduler_;
};

}  // namespace fieldsync::simulation
