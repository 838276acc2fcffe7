#include "fieldsync/sync/hlc.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "fieldsync/sync/environment.hpp"

namespace fieldsync::sync::test {
namespace {

constexpr std::int64_t now = 1'700'000'000'000;

TEST(Hlc, holds_milliseconds_and_a_counter) {
    const Hlc stamp = Hlc::at(now, 7);
    EXPECT_EQ(stamp.milliseconds(), now);
    EXPECT_EQ(stamp.packed & 0xffff, 7);
    EXPECT_LT(Hlc::at(now, 65535), Hlc::at(now + 1, 0));
}

TEST(Hlc, takes_times_out_of_range_as_the_nearest_within) {
    EXPECT_EQ(Hlc::at(-5), Hlc{});
    EXPECT_EQ(Hlc::at(std::numeric_limits<std::int64_t>::max()).milliseconds(), (std::int64_t{1} << 48) - 1);
}

TEST(Hlc, follows_the_clock_and_counts_within_a_millisecond) {
    const Hlc first = next_hlc({}, now);
    EXPECT_EQ(first, Hlc::at(now));
    EXPECT_EQ(next_hlc(first, now), Hlc::at(now, 1));
    EXPECT_EQ(next_hlc(first, now + 5), Hlc::at(now + 5));
}

TEST(Hlc, grows_when_the_clock_runs_backwards) {
    EXPECT_EQ(next_hlc(Hlc::at(now, 3), now - 1'000'000), Hlc::at(now, 4));
}

TEST(Hlc, carries_a_full_counter_into_the_milliseconds) {
    EXPECT_EQ(next_hlc(Hlc::at(now, 65535), now), Hlc::at(now + 1, 0));
}

TEST(Hlc, stays_at_the_end_of_time) {
    const Hlc last{std::numeric_limits<std::uint64_t>::max()};
    EXPECT_EQ(next_hlc(last, now), last);
}

TEST(Hlc, observed_stamps_are_passed) {
    EXPECT_EQ(observe_hlc(Hlc::at(now), Hlc::at(now + 9, 2), now), Hlc::at(now + 9, 3));
    EXPECT_EQ(observe_hlc(Hlc::at(now + 9), Hlc::at(now), now), Hlc::at(now + 9, 1));
    EXPECT_EQ(observe_hlc(Hlc::at(now), Hlc::at(now), now + 20), Hlc::at(now + 20));
}

TEST(Hlc, claims_up_to_five_minutes_ahead_stand) {
    const Hlc fine = Hlc::at(now + kHlcAheadMaxMs, 9);
    EXPECT_EQ(clamp_hlc(fine, now), fine);
    EXPECT_EQ(clamp_hlc(Hlc::at(now + kHlcAheadMaxMs + 1, 9), now), Hlc::at(now));
    EXPECT_EQ(clamp_hlc(Hlc::at(0), now), Hlc::at(0));
}

TEST(Hlc, clamping_bears_any_clock) {
    const Hlc claimed{std::numeric_limits<std::uint64_t>::max()};
    EXPECT_EQ(clamp_hlc(claimed, std::numeric_limits<std::int64_t>::min()), Hlc{});
    EXPECT_EQ(clamp_hlc(claimed, std::numeric_limits<std::int64_t>::max()), claimed);
}

RC_GTEST_PROP(HlcLaws, every_step_is_later_than_what_it_followed,
              (std::uint64_t last, std::uint64_t heard, std::int64_t any_time)) {
    RC_PRE(last < std::numeric_limits<std::uint64_t>::max() &&
           heard < std::numeric_limits<std::uint64_t>::max());
    const Hlc next = next_hlc(Hlc{last}, any_time);
    RC_ASSERT(next > Hlc{last});
    RC_ASSERT(next >= Hlc::at(any_time));
    RC_ASSERT(observe_hlc(Hlc{last}, Hlc{heard}, any_time) > std::max(Hlc{last}, Hlc{heard}));
}

class FixedClock : public Clock {
  public:
    std::int64_t now_us() override { return now * 1000 + 999; }
};
class CountingRandom : public Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override {
        for (std::uint8_t& byte : bytes) byte = ++last_;
    }

  private:
    std::uint8_t last_ = 0;
};

TEST(Environment, makes_uids_of_its_clock_and_randomness) {
    FixedClock clock;
    CountingRandom random;
    const schema::Uid first = new_uid(clock, random);
    EXPECT_EQ(first.version(), 7);
    EXPECT_EQ(first.to_string().substr(0, 13), "018bcfe5-6800");
    EXPECT_NE(new_uid(clock, random), first);
}

TEST(Environment, makes_numbers_of_eight_bytes) {
    CountingRandom random;
    EXPECT_EQ(random.next_u64(), 0x0102030405060708);
}

}  // namespace
}  // namespace fieldsync::sync::test
