#include "accounts/sign_in_limit.hpp"

#include <gtest/gtest.h>

#include "fakes.hpp"

namespace fieldsync::server::accounts {
namespace {

using fieldsync::testing::FakeClock;

TEST(SignInLimitTest, AnAccountMayFailFiveTimesAMinute) {
    FakeClock clock;
    SignInLimit limit(clock);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(limit.retry_after_s("rahul@example.com", "192.0.2." + std::to_string(i)), 0);
        limit.failed("rahul@example.com", "192.0.2." + std::to_string(i));
        clock.advance_ms(1'000);
    }
    EXPECT_EQ(limit.retry_after_s("rahul@example.com", "192.0.2.9"), 55);
    EXPECT_EQ(limit.retry_after_s("RAHUL@example.com", "192.0.2.9"), 55);
    EXPECT_EQ(limit.retry_after_s("john@example.com", "192.0.2.9"), 0);
    clock.advance_ms(54'001);
    EXPECT_EQ(limit.retry_after_s("rahul@example.com", "192.0.2.9"), 1);
    clock.advance_ms(999);
    EXPECT_EQ(limit.retry_after_s("rahul@example.com", "192.0.2.9"), 0);
    // The window slides: one more failure, and the second of before is what counts.
    limit.failed("rahul@example.com", "192.0.2.9");
    EXPECT_EQ(limit.retry_after_s("rahul@example.com", "192.0.2.9"), 1);
}

TEST(SignInLimitTest, AnAddressMayFailSixtyTimesAMinuteWhateverTheAccounts) {
    FakeClock clock;
    SignInLimit limit(clock);
    for (int i = 0; i < 60; ++i) {
        EXPECT_EQ(limit.retry_after_s("user" + std::to_string(i), "192.0.2.7"), 0);
        limit.failed("user" + std::to_string(i), "192.0.2.7");
    }
    EXPECT_EQ(limit.retry_after_s("somebody", "192.0.2.7"), 60);
    EXPECT_EQ(limit.retry_after_s("somebody", "192.0.2.8"), 0);
    clock.advance_ms(60'000);
    EXPECT_EQ(limit.retry_after_s("somebody", "192.0.2.7"), 0);
}

TEST(SignInLimitTest, MemoryIsBoundedAndTheOldestIsForgottenFirst) {
    FakeClock clock;
    SignInLimits limits;
    limits.account_failures_max = 1;
    limits.keys_max = 10;
    SignInLimit limit(clock, limits);
    for (int i = 0; i < 100; ++i) {
        limit.failed("user" + std::to_string(i), "192.0.2.7");
        clock.advance_ms(1);
    }
    EXPECT_EQ(limit.size(), 11U);
    EXPECT_EQ(limit.retry_after_s("user89", "192.0.2.8"), 0);
    EXPECT_GT(limit.retry_after_s("user90", "192.0.2.8"), 0);
    clock.advance_ms(60'000);
    limit.failed("new", "192.0.2.9");
    EXPECT_EQ(limit.size(), 2U);
}

TEST(SignInLimitTest, AClockThatRunsBackwardsHoldsNobodyLongerThanAMinute) {
    FakeClock clock;
    SignInLimits limits;
    limits.account_failures_max = 1;
    SignInLimit limit(clock, limits);
    limit.failed("rahul", "192.0.2.7");
    clock.advance_ms(-3'600'000);
    EXPECT_EQ(limit.retry_after_s("rahul", "192.0.2.7"), 60);
}

}  // namespace
}  // namespace fieldsync::server::accounts
