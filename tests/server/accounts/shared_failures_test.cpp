// The limits of sign_in_limit_test.cpp, over all servers on one database.
#include "accounts/shared_failures.hpp"

#include <gtest/gtest.h>

#include "accounts_database.hpp"

namespace fieldsync::server::accounts {
namespace {

using testing::AccountsDatabase;

class SharedFailuresTest : public ::testing::Test {
  protected:
    std::int64_t rows() {
        return accounts_.database
            ->read([](storage::Connection& c) { return c.integer("SELECT count(*) FROM sign_in_failure"); })
            .value();
    }

    AccountsDatabase accounts_;
    const std::unique_ptr<storage::Database> elsewhere_ = accounts_.opened_elsewhere();
    SharedFailures here_{*accounts_.database, accounts_.clock};
    SharedFailures there_{*elsewhere_, accounts_.clock};
};

TEST_F(SharedFailuresTest, AnAccountMayFailFiveTimesAMinuteOverAllServers) {
    for (int i = 0; i < 5; ++i) {
        SharedFailures& server = i % 2 == 0 ? here_ : there_;
        EXPECT_EQ(server.retry_after_s("rahul@example.com", "192.0.2." + std::to_string(i)), 0);
        server.failed("rahul@example.com", "192.0.2." + std::to_string(i));
        accounts_.clock.advance_ms(1'000);
    }
    for (SharedFailures* server : {&here_, &there_}) {
        EXPECT_EQ(server->retry_after_s("rahul@example.com", "192.0.2.9"), 55);
        EXPECT_EQ(server->retry_after_s("RAHUL@example.com", "192.0.2.9"), 55);
        EXPECT_EQ(server->retry_after_s("john@example.com", "192.0.2.9"), 0);
    }
    accounts_.clock.advance_ms(55'000);
    EXPECT_EQ(there_.retry_after_s("rahul@example.com", "192.0.2.9"), 0);
    // The window slides: one more failure, and the second of before is what counts.
    here_.failed("rahul@example.com", "192.0.2.9");
    EXPECT_EQ(there_.retry_after_s("rahul@example.com", "192.0.2.9"), 1);
}

TEST_F(SharedFailuresTest, AnAddressMayFailSixtyTimesAMinuteWhateverTheAccounts) {
    for (int i = 0; i < 60; ++i) {
        EXPECT_EQ(there_.retry_after_s("user" + std::to_string(i), "192.0.2.7"), 0);
        here_.failed("user" + std::to_string(i), "192.0.2.7");
    }
    EXPECT_EQ(there_.retry_after_s("somebody", "192.0.2.7"), 60);
    EXPECT_EQ(there_.retry_after_s("somebody", "192.0.2.8"), 0);
}

TEST_F(SharedFailuresTest, AnAccountIsNotTakenForAnAddress) {
    for (int i = 0; i < 60; ++i) here_.failed("192.0.2.7", "192.0.2.8");
    EXPECT_EQ(here_.retry_after_s("somebody", "192.0.2.7"), 0);
}

TEST_F(SharedFailuresTest, WhatNoLongerCountsIsForgotten) {
    for (int i = 0; i < 20; ++i) here_.failed(std::string("made\0up", 7) + std::to_string(i), "192.0.2.7");
    EXPECT_EQ(rows(), 40);
    accounts_.clock.advance_ms(60'000);
    here_.failed("somebody", "192.0.2.7");
    EXPECT_EQ(rows(), 2);
}

TEST_F(SharedFailuresTest, AClockThatIsAheadElsewhereHoldsNobodyLonger) {
    accounts_.clock.advance_ms(3'600'000);
    for (int i = 0; i < 5; ++i) there_.failed("rahul@example.com", "192.0.2.7");
    accounts_.clock.advance_ms(-3'600'000);
    EXPECT_EQ(here_.retry_after_s("rahul@example.com", "192.0.2.7"), 60);
}

}  // namespace
}  // namespace fieldsync::server::accounts
