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

    const auto messages = sent(session.chunk({}, 100));
    ASSERT_EQ(messages.size(), 2U);
    ASSERT_TRUE(std::holds_alternative<Receipts>(messages[0]));
    EXPECT_EQ(std::get<Receipts>(messages[0]).receipts.at(0).change_set, first.uid);
    EXPECT_TRUE(std::holds_alternative<Chunk>(messages[1]));
}

}  // namespace
}  // namespace fieldsync::sync::test
