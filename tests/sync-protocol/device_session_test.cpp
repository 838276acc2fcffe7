// A session from hello to its end: pulling, ending, going live, and what breaks it.
#include <gtest/gtest.h>

#include "fake_store.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

using Told = std::vector<std::string>;

TEST(DeviceSession, says_hello_and_waits) {
    FakeStore store;
    store.write();
    DeviceSession session(store, {});
    EXPECT_EQ(told(session.start()), "hello 50");
    EXPECT_EQ(session.state(), SessionState::starting);
    EXPECT_EQ(told(session.outbox_grew()), "");
}

TEST(DeviceSession, with_an_empty_outbox_pulls_until_the_last_chunk) {
    FakeStore store;
    DeviceSession session(store, {});
    session.start();
    EXPECT_EQ(told(session.receive(welcome())), "pull");
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(chunk(5, false))), "stored 5");
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(chunk(9, true))), "stored 9");
    EXPECT_EQ(session.state(), SessionState::done);
    EXPECT_EQ(store.told, (Told{"welcomed", "apply 5", "apply 9"}));
    EXPECT_EQ(session.chunks(), 2);
}

TEST(DeviceSession, counts_records_for_the_progress_bar) {
    FakeStore store;
    DeviceSession session(store, {});
    session.start();
    session.receive(welcome());
    Chunk piece = std::get<Chunk>(samples()[8].message);
    piece.is_last = false;
    session.receive(piece);
    EXPECT_EQ(session.records_applied(), 2);  // a change and a record of a snapshot
    EXPECT_EQ(session.records_left(), 12);
}

TEST(DeviceSession, pushes_and_pulls_at_once) {
    FakeStore store;
    const Uid first = store.write();
    const Uid second = store.write();
    DeviceSession session(store, {});
    session.start();
    EXPECT_EQ(told(session.receive(welcome())), "push 1-2 | pull");
    EXPECT_EQ(told(session.receive(receipts({first, second}, 7))), "receipts_stored 2");
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(chunk(7, true))), "stored 7");
    EXPECT_EQ(session.state(), SessionState::done);
}

TEST(DeviceSession, does_not_end_before_its_receipts) {
    FakeStore store;
    const Uid set = store.write();
    DeviceSession session(store, {});
    session.start();
    session.receive(welcome());
    session.receive(chunk(7, true));
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(receipts({set}, 7))), "receipts_stored 1");
    EXPECT_EQ(session.state(), SessionState::done);
}

TEST(DeviceSession, receipts_after_the_last_chunk_are_pulled_for) {
    FakeStore store;
    const Uid set = store.write();
    DeviceSession session(store, {});
    session.start();
    session.receive(welcome());
    session.receive(chunk(7, true));
    EXPECT_EQ(told(session.receive(receipts({set}, 9))), "receipts_stored 1 | pull");
    EXPECT_EQ(session.state(), SessionState::working);
    EXPECT_EQ(told(session.receive(chunk(8, false))), "stored 8");
    EXPECT_EQ(told(session.receive(chunk(9, true))), "stored 9");
    EXPECT_EQ(session.state(), SessionState::done);
}

TEST(DeviceSession, what_was_pushed_is_pulled_while_more_is_on_its_way) {
    FakeStore store;
    const Uid first = store.write(200 * 1024), second = store.write(200 * 1024);
    DeviceSession session(store, {});
    session.start();
    ASSERT_EQ(told(session.receive(welcome())), "push 1-1 | push 2-2 | pull");
    EXPECT_EQ(told(session.receive(chunk(5, true))), "stored 5");
    EXPECT_EQ(told(session.receive(receipts({first}, 6))), "receipts_stored 1 | pull");
    EXPECT_EQ(told(session.receive(chunk(6, true))), "stored 6");
    EXPECT_EQ(session.state(), SessionState::working) << "the second one has no receipt yet";
    EXPECT_EQ(told(session.receive(receipts({second}, 7))), "receipts_stored 1 | pull");
    EXPECT_EQ(told(session.receive(chunk(7, true))), "stored 7");
    EXPECT_EQ(session.state(), SessionState::done);
}

TEST(DeviceSession, pulls_on_while_each_time_brings_it_nearer_to_its_receipts) {
    FakeStore store;
    const Uid set = store.write();
    DeviceSession session(store, {});
    session.start();
    session.receive(welcome());
    session.receive(receipts({set}, 9));
    EXPECT_EQ(told(session.receive(chunk(7, true))), "stored 7 | pull");
    EXPECT_EQ(told(session.receive(chunk(8, true))), "stored 8 | pull");
    // The log does not get there: another session's matter, not an endless one.
    EXPECT_EQ(told(session.receive(chunk(8, true))), "stored 8");
    EXPECT_EQ(session.state(), SessionState::done);
}

TEST(DeviceSession, a_goodbye_closes_it_at_any_time) {
    for (int before = 0; before < 3; ++before) {
        FakeStore store;
        DeviceSession session(store, {});
        session.start();
        if (before > 0) session.receive(welcome());
        if (before > 1) session.receive(chunk(5, true));
        EXPECT_EQ(told(session.receive(goodbye("device_revoked", GoodbyeAction::wipe))), "");
        EXPECT_EQ(session.state(), SessionState::closed);
        ASSERT_TRUE(session.goodbye().has_value());
        EXPECT_EQ(session.goodbye()->action, GoodbyeAction::wipe);
        EXPECT_EQ(session.failure(), std::nullopt);
        EXPECT_EQ(told(session.receive(chunk(6, true))), "");
        EXPECT_EQ(told(session.outbox_grew()), "");
    }
}

TEST(DeviceSession, live_says_so_and_stays) {
    FakeStore store;
    DeviceSession session(store, {.live = true});
    EXPECT_EQ(told(session.start()), "hello 50 live");
    session.receive(welcome());
    session.receive(chunk(5, true));
    EXPECT_EQ(session.state(), SessionState::live);
    EXPECT_EQ(told(session.receive(chunk(6, true))), "stored 6");
    EXPECT_EQ(told(session.receive(chunk(7, false))), "stored 7");
    EXPECT_EQ(session.state(), SessionState::live);
}

TEST(DeviceSession, live_pushes_what_is_written_and_never_asks_for_chunks) {
    FakeStore store;
    DeviceSession session(store, {.live = true});
    session.start();
    session.receive(welcome());
    const Uid early = store.write();
    EXPECT_EQ(told(session.outbox_grew()), "push 1-1");
    session.receive(chunk(5, true));
    const Uid late = store.write();
    EXPECT_EQ(told(session.outbox_grew()), "push 2-2");
    EXPECT_EQ(told(session.outbox_grew()), "");
    EXPECT_EQ(told(session.receive(receipts({early, late}, 8))), "receipts_stored 2");
    EXPECT_EQ(told(session.receive(chunk(8, true))), "stored 8");
    EXPECT_EQ(session.state(), SessionState::live);
}

TEST(DeviceSession, over_http_a_welcome_comes_with_each_answer) {
    FakeStore store;
    store.write();
    DeviceSession session(store, {});
    session.start();
    EXPECT_EQ(told(session.receive(welcome())), "push 1-1 | pull");
    EXPECT_EQ(told(session.receive(chunk(5, false))), "stored 5");
    EXPECT_EQ(told(session.receive(welcome())), "");
    EXPECT_EQ(store.told, (Told{"welcomed", "apply 5", "welcomed"}));
}

TEST(BrokenProtocol, messages_before_welcome) {
    for (const Message& early :
         {chunk(5, true), receipts({uid(1)}, 1), Message(Renumber{}), Message(Verified{})}) {
        FakeStore store;
        DeviceSession session(store, {});
        session.start();
        EXPECT_EQ(told(session.receive(early)), "");
        EXPECT_EQ(session.state(), SessionState::closed);
        EXPECT_EQ(session.failure(), "a message before welcome");
        EXPECT_TRUE(store.told.empty());
    }
}

TEST(BrokenProtocol, messages_that_only_devices_send) {
    for (const Message& wrong : {Message(Hello{}), Message(Push{}), Message(ReceiptsStored{}),
                                 Message(Pull{}), Message(ChunkStored{}), Message(Verify{})}) {
        FakeStore store;
        DeviceSession session(store, {});
        session.start();
        session.receive(welcome());
        EXPECT_EQ(told(session.receive(wrong)), "");
        EXPECT_EQ(session.state(), SessionState::closed);
        EXPECT_TRUE(session.failure().has_value());
    }
}

TEST(BrokenProtocol, a_version_that_was_not_offered) {
    FakeStore store;
    DeviceSession session(store, {});
    session.start();
    session.receive(Welcome{
        .protocol = kProtocolVersion + 1, .server_time_us = 0, .head = {}, .limits = {}, .last_number = 0});
    EXPECT_EQ(session.state(), SessionState::closed);
    EXPECT_TRUE(session.failure().has_value());
}

TEST(BrokenProtocol, an_answer_to_no_question) {
    FakeStore store;
    DeviceSession session(store, {});
    session.start();
    session.receive(welcome());
    session.receive(Verified{});
    EXPECT_EQ(session.failure(), "verified without verify");
}

}  // namespace
}  // namespace fieldsync::sync::test
