// Pushing: how much is on its way at once, and numbering anew.
#include <gtest/gtest.h>

#include "fake_store.hpp"
#include "fieldsync/sync/limits.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

using Told = std::vector<std::string>;
constexpr std::size_t kilobyte = 1024;

class DeviceSessionPush : public testing::Test {
  protected:
    std::string start() {
        session.start();
        return told(session.receive(welcome()));
    }
    void write(std::size_t count, std::size_t bytes) {
        for (std::size_t i = 0; i < count; ++i) sets.push_back(store.write(bytes));
    }

    FakeStore store;
    DeviceSession session{store, {.live = true}};
    std::vector<Uid> sets;
};

TEST_F(DeviceSessionPush, at_most_four_pushes_are_on_their_way) {
    write(6, 200 * kilobyte);
    EXPECT_EQ(start(), "push 1-1 | push 2-2 | push 3-3 | push 4-4 | pull");
    EXPECT_EQ(told(session.outbox_grew()), "");
    EXPECT_EQ(told(session.receive(receipts({sets[0]}, 1))), "receipts_stored 1 | push 5-5");
    EXPECT_EQ(told(session.receive(receipts({sets[1], sets[2]}, 3))), "receipts_stored 2 | push 6-6");
}

TEST_F(DeviceSessionPush, a_push_is_on_its_way_until_all_of_its_receipts_are_here) {
    write(10, 100 * kilobyte);
    EXPECT_EQ(start(), "push 1-2 | push 3-4 | push 5-6 | push 7-8 | pull");
    EXPECT_EQ(told(session.receive(receipts({sets[0]}, 1))), "receipts_stored 1");
    EXPECT_EQ(told(session.receive(receipts({sets[1]}, 2))), "receipts_stored 1 | push 9-10");
}

TEST_F(DeviceSessionPush, small_change_sets_go_together) {
    write(200, 10);
    EXPECT_EQ(start(), "push 1-200 | pull");
}

TEST_F(DeviceSessionPush, a_large_change_set_goes_alone) {
    write(1, 100 * kilobyte);
    write(1, 3 * kilobyte * kilobyte);
    write(1, 10);
    EXPECT_EQ(start(), "push 1-1 | pull");
    EXPECT_EQ(told(session.receive(receipts({sets[0]}, 1))), "receipts_stored 1 | push 2-2");
    EXPECT_EQ(told(session.outbox_grew()), "");
    EXPECT_EQ(told(session.receive(receipts({sets[1]}, 2))), "receipts_stored 1 | push 3-3");
}

TEST_F(DeviceSessionPush, a_receipt_of_something_else_is_stored_and_frees_nothing) {
    write(5, 200 * kilobyte);
    start();
    EXPECT_EQ(told(session.receive(receipts({uid(0xee)}, 1))), "receipts_stored 1");
    EXPECT_EQ(store.told, (Told{"welcomed", "receipts 1"}));
}

TEST_F(DeviceSessionPush, an_empty_list_of_receipts_needs_no_answer) {
    write(1, 10);
    start();
    EXPECT_EQ(told(session.receive(Receipts{})), "");
    EXPECT_EQ(store.told, (Told{"welcomed"}));
}

TEST_F(DeviceSessionPush, renumbered_it_pushes_from_the_first) {
    write(6, 200 * kilobyte);
    EXPECT_EQ(start(), "push 1-1 | push 2-2 | push 3-3 | push 4-4 | pull");
    session.receive(receipts({sets[0]}, 1));
    EXPECT_EQ(told(session.receive(Renumber{17})), "push 1-1 | push 2-2 | push 3-3 | push 4-4");
    EXPECT_EQ(store.told, (Told{"welcomed", "receipts 1", "renumber"}));
    EXPECT_EQ(store.hello().store, uid(0x51));
    // The welcome that answers the new store's hello begins nothing anew.
    EXPECT_EQ(told(session.receive(welcome())), "");
    EXPECT_EQ(told(session.receive(receipts({sets[1]}, 2))), "receipts_stored 1 | push 5-5");
}

TEST_F(DeviceSessionPush, a_late_renumber_finds_nothing_to_do) {
    write(1, 10);
    start();
    session.receive(receipts({sets[0]}, 1));
    EXPECT_EQ(told(session.receive(Renumber{})), "");
    EXPECT_EQ(store.told, (Told{"welcomed", "receipts 1"}));
}

TEST_F(DeviceSessionPush, renumbered_without_end_it_gives_up) {
    write(1, 10);
    start();
    for (unsigned i = 0; i < limits::renumbers_max; ++i) EXPECT_NE(told(session.receive(Renumber{})), "");
    EXPECT_EQ(told(session.receive(Renumber{})), "");
    EXPECT_EQ(session.state(), SessionState::closed);
    EXPECT_TRUE(session.failure().has_value());
}

TEST_F(DeviceSessionPush, a_receipt_of_what_was_on_its_way_before_is_stored) {
    write(1, 10);
    start();
    session.receive(Renumber{});
    EXPECT_EQ(told(session.receive(receipts({uid(0xee)}, 3))), "receipts_stored 1");
    EXPECT_EQ(store.told, (Told{"welcomed", "renumber", "receipts 1"}));
}

TEST(DeviceSession, renumbered_ends_after_the_receipts_of_the_new_numbers) {
    FakeStore store;
    const Uid set = store.write();
    DeviceSession session(store, {});
    session.start();
    EXPECT_EQ(told(session.receive(welcome())), "push 1-1 | pull");
    EXPECT_EQ(told(session.receive(Renumber{})), "push 1-1");
    EXPECT_EQ(told(session.receive(chunk(4, true))), "stored 4");
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(receipts({set}, 4))), "receipts_stored 1");
    EXPECT_EQ(session.state(), SessionState::done);
}

}  // namespace
}  // namespace fieldsync::sync::test
