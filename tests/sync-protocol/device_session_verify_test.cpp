// Verifying: when it is asked, and what follows from the answer.
#include <gtest/gtest.h>

#include "fake_store.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

Verified equal(std::uint64_t head) {
    return {.comparable = true, .head = Seq{head}, .diverged = {}};
}
Verified moved(std::uint64_t head) {
    return {.comparable = false, .head = Seq{head}, .diverged = {}};
}

class DeviceSessionVerify : public testing::Test {
  protected:
    static void begin(DeviceSession& which) {
        which.start();
        which.receive(welcome());
    }

    FakeStore store;
    DeviceSession session{store, {.verify = true}};
    DeviceSession live{store, {.live = true, .verify = true}};
};

TEST_F(DeviceSessionVerify, is_asked_after_the_last_chunk) {
    begin(session);
    EXPECT_EQ(told(session.receive(chunk(5, false))), "stored 5");
    EXPECT_EQ(told(session.receive(chunk(7, true))), "stored 7 | verify 7");
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(equal(7))), "");
    EXPECT_EQ(session.state(), SessionState::done);
    EXPECT_EQ(session.verified(), equal(7));
}

TEST_F(DeviceSessionVerify, waits_for_receipts_and_their_place_in_the_log) {
    const Uid set = store.write();
    begin(session);
    EXPECT_EQ(told(session.receive(chunk(7, true))), "stored 7");
    EXPECT_EQ(told(session.receive(receipts({set}, 8))), "receipts_stored 1 | pull");
    EXPECT_EQ(told(session.receive(chunk(8, true))), "stored 8 | verify 8");
}

TEST_F(DeviceSessionVerify, what_diverged_is_sent_again) {
    begin(session);
    session.receive(chunk(7, true));
    Verified verified = equal(7);
    verified.diverged = {uid(1), uid(2)};
    EXPECT_EQ(told(session.receive(verified)), "pull");
    EXPECT_EQ(store.told.back(), "resend 2");
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(chunk(7, true))), "stored 7");
    EXPECT_EQ(session.state(), SessionState::done);
    EXPECT_EQ(session.verified()->diverged.size(), 2);
}

TEST_F(DeviceSessionVerify, pulls_and_asks_again_where_the_head_has_moved) {
    begin(session);
    session.receive(chunk(7, true));
    EXPECT_EQ(told(session.receive(moved(9))), "pull");
    EXPECT_EQ(told(session.receive(chunk(9, true))), "stored 9 | verify 9");
    EXPECT_EQ(told(session.receive(equal(9))), "");
    EXPECT_EQ(session.state(), SessionState::done);
}

TEST_F(DeviceSessionVerify, ends_without_a_result_where_the_head_never_rests) {
    begin(session);
    session.receive(chunk(7, true));
    session.receive(moved(8));
    session.receive(chunk(8, true));
    session.receive(moved(9));
    EXPECT_EQ(told(session.receive(chunk(9, true))), "stored 9 | verify 9");
    EXPECT_EQ(told(session.receive(moved(10))), "");
    EXPECT_EQ(session.state(), SessionState::done);
    EXPECT_FALSE(session.verified()->comparable);
}

TEST_F(DeviceSessionVerify, live_waits_for_the_chunk_that_is_on_its_way) {
    begin(live);
    EXPECT_EQ(told(live.receive(chunk(7, true))), "stored 7 | verify 7");
    EXPECT_EQ(told(live.receive(moved(9))), "");
    EXPECT_EQ(told(live.receive(chunk(8, true))), "stored 8");
    EXPECT_EQ(told(live.receive(chunk(9, true))), "stored 9 | verify 9");
    EXPECT_EQ(told(live.receive(chunk(10, true))), "stored 10");
    // The chunk overtook the answer.
    EXPECT_EQ(told(live.receive(moved(10))), "verify 10");
    EXPECT_EQ(told(live.receive(equal(10))), "");
    EXPECT_EQ(live.state(), SessionState::live);
    EXPECT_EQ(told(live.receive(chunk(11, true))), "stored 11");
}

TEST_F(DeviceSessionVerify, live_gets_what_diverged_without_asking) {
    begin(live);
    live.receive(chunk(7, true));
    Verified verified = equal(7);
    verified.diverged = {uid(1)};
    EXPECT_EQ(told(live.receive(verified)), "");
    EXPECT_EQ(store.told.back(), "resend 1");
}

}  // namespace
}  // namespace fieldsync::sync::test
