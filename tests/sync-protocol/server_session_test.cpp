// What the server's end says first.
#include "fieldsync/sync/server_session.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

std::vector<Message> sent(const ServerActions& actions) {
    std::vector<Message> messages;
    for (const ServerAction& action : actions)
        if (const auto* send = std::get_if<Send>(&action)) messages.push_back(send->message);
    return messages;
}

TEST(ServerSession, SendsTheReceiptsThatItHasBeforeAChunk) {
    ServerSession session;
    Hello hello;
    hello.live = true;
    session.receive(hello);
    session.admitted({});
    ChangeSet first = sample_change_set(), second = sample_change_set();
    first.uid = uid(1);
    second.uid = uid(2);
    session.receive(Push{{first, second}});
    session.receive(Pull{});
    Receipt receipt = sample_receipt();
    receipt.change_set = first.uid;
    ASSERT_TRUE(sent(session.receipt(receipt)).empty()) << "they wait for each other";

    const auto messages = sent(session.chunk({}));
    ASSERT_EQ(messages.size(), 2U);
    ASSERT_TRUE(std::holds_alternative<Receipts>(messages[0]));
    EXPECT_EQ(std::get<Receipts>(messages[0]).receipts.at(0).change_set, first.uid);
    EXPECT_TRUE(std::holds_alternative<Chunk>(messages[1]));
}

// Which scopes the session asks the next chunk of, as "uid's first byte: position".
std::string asked(const ServerActions& actions) {
    std::string all;
    for (const ServerAction& action : actions)
        if (const auto* read = std::get_if<ReadChunk>(&action))
            for (const UnfinishedScope& scope : read->unfinished)
                all += std::to_string(int{scope.scope.view()[0]}) + ":" + scope.position + " ";
    return all;
}

TEST(ServerSession, FollowsTheScopesOfItsChunks) {
    ServerSession session;
    Hello hello;
    hello.live = true;
    hello.unfinished = {{uid(1), Seq{1}, "a"}, {uid(2), Seq{1}, "b"}};
    session.receive(hello);
    session.admitted({});
    EXPECT_EQ(asked(session.receive(Pull{})), "1:a 2:b ");
    Chunk chunk;
    chunk.evicted = {uid(2)};
    chunk.begun = {{uid(3), Seq{5}}, {uid(4), Seq{5}}, {uid(1), Seq{5}}};
    chunk.parts = {{uid(3), Seq{5}, "c", false, {}}, {uid(4), Seq{5}, "d", true, {}}};
    EXPECT_EQ(asked(session.chunk(chunk)), "3:c 1: ");
    chunk = {};
    chunk.parts = {{uid(3), Seq{6}, "e", false, {}}, {uid(3), Seq{6}, "f", true, {}}};
    EXPECT_EQ(asked(session.chunk(chunk)), "1: ");
}

}  // namespace
}  // namespace fieldsync::sync::test
