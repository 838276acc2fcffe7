#include "cli/backoff.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/fakes.hpp"

namespace fieldsync::testing {
namespace {

using cli::Backoff;
using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToItsBoundWithJitter) {
    SeededRandom random;
    Backoff backoff(random, milliseconds(1'000), milliseconds(60'000));
    for (const int step : {1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 60'000, 60'000}) {
        const milliseconds wait = backoff.next();
        EXPECT_GE(wait, milliseconds(step / 2));
        EXPECT_LE(wait, milliseconds(step));
    }
}

TEST(Backoff, BeginsAnewAfterASuccess) {
    SeededRandom random;
    Backoff backoff(random, milliseconds(1'000), milliseconds(60'000));
    for (int i = 0; i < 5; ++i) backoff.next();
    backoff.reset();
    EXPECT_LE(backoff.next(), milliseconds(1'000));
}

TEST(Backoff, TwoDevicesDoNotComeBackTogether) {
    SeededRandom random;
    std::set<milliseconds> waits;
    for (int i = 0; i < 20; ++i)
        waits.insert(Backoff(random, milliseconds(1'000), milliseconds(60'000)).next());
    EXPECT_GT(waits.size(), 15U);
}

TEST(Backoff, ABoundBelowTheFirstStepHolds) {
    SeededRandom random;
    Backoff backoff(random, milliseconds(1'000), milliseconds(10));
    for (int i = 0; i < 5; ++i) EXPECT_LE(backoff.next(), milliseconds(10));
}

TEST(Backoff, AGivenTimeIsNeverShortened) {
    SeededRandom random;
    Backoff backoff(random, milliseconds(1'000), milliseconds(60'000));
    for (int i = 0; i < 20; ++i) {
        EXPECT_GE(backoff.jittered(milliseconds(400)), milliseconds(400));
        EXPECT_LE(backoff.jittered(milliseconds(400)), milliseconds(500));
    }
}

}  // namespace
}  // namespace fieldsync::testing
