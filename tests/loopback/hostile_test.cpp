// Hostile and broken peers of the sync endpoints: clear errors, nothing lost, the server goes on.
#include <gtest/gtest.h>

#include "fieldsync/sync/codec.hpp"
#include "loopback/fleet.hpp"
#include "transport/http_call.hpp"

namespace fieldsync::testing {
namespace {

class Hostile : public ::testing::Test {
  protected:
    Fleet fleet{Carried::http};
    World& world = fleet.world;
    device::HttpCaller caller{*device::parse_address(fleet.url())};
    const Uid device_uid = world.new_uid();

    device::HttpAnswer post(std::string body, const char* type = "application/x-fieldsync") {
        return caller.post("/sync/v1/exchange", type, std::move(body));
    }
    std::vector<sync::Message> exchange(const std::vector<sync::Message>& messages) {
        std::string body;
        for (const sync::Message& message : messages) sync::append_framed(message, body);
        const auto answer = post(std::move(body));
        EXPECT_EQ(answer.status, 200U) << answer.body;
        auto decoded = sync::decode_framed(answer.body, 1'000);
        EXPECT_TRUE(decoded) << (decoded ? "" : decoded.error().what);
        return decoded ? *decoded : std::vector<sync::Message>{};
    }
    sync::Hello hello(const Uid& user) {
        sync::Hello hello;
        hello.schema_version = 1;
        hello.device = device_uid;
        hello.store = world.new_uid();
        hello.token = fleet.token(user, device_uid);
        return hello;
    }
    static std::string goodbye_code(const std::vector<sync::Message>& messages) {
        for (const sync::Message& message : messages)
            if (const auto* goodbye = std::get_if<sync::Goodbye>(&message)) return goodbye->code;
        return "";
    }
    static std::vector<sync::Receipt> receipts(const std::vector<sync::Message>& messages) {
        std::vector<sync::Receipt> all;
        for (const sync::Message& message : messages)
            if (const auto* some = std::get_if<sync::Receipts>(&message))
                all.insert(all.end(), some->receipts.begin(), some->receipts.end());
        return all;
    }
    sync::ChangeSet set_of(std::uint64_t number, std::vector<Change> changes) {
        sync::ChangeSet set;
        set.uid = world.new_uid();
        set.number = number;
        set.made_at_us = Fleet::real_now_us();
        set.hlc = sync::Hlc::at(set.made_at_us / 1000);
        set.made_at_cursor = world.head();
        set.changes = std::move(changes);
        return set;
    }
    Change note(const std::string& text) {
        return world.insert(entity::note, world.new_uid(), {{"lead", world.lead}, {"note", text}});
    }
};

TEST_F(Hostile, BytesThatAreNoMessagesAreABadRequest) {
    std::string large_claim("\x7f\xff\xff\xff", 4);
    for (const std::string& body :
         {std::string("hello"), std::string(), std::string("\0\0\0\1\xC1", 5), large_claim,
          std::string("\0\0\0\5\xDD\xFF\xFF\xFF\xFF", 9), std::string(100'000, '\x91')})
        EXPECT_EQ(post(body).status, 400U);
    EXPECT_EQ(post("{}", "application/json").status, 415U);
    EXPECT_EQ(post(std::string(9 * 1024 * 1024, 'x')).status, 413U);
    std::string no_hello;
    sync::append_framed(sync::Pull{}, no_hello);
    EXPECT_EQ(post(no_hello).status, 400U);
}

TEST_F(Hostile, WrongTokensOpenNothing) {
    sync::Hello wrong = hello(world.anna);
    for (const std::string& token :
         {std::string(), std::string("1|x"), std::string("garbage"), std::string(10'000, '|')}) {
        wrong.token = token;
        EXPECT_EQ(goodbye_code(exchange({wrong, sync::Pull{}})), "unauthenticated");
    }
    // A token is bound to its device.
    sync::Hello elsewhere = hello(world.anna);
    elsewhere.device = world.new_uid();
    EXPECT_EQ(goodbye_code(exchange({elsewhere})), "unauthenticated");
    // A store belongs to its user.
    const sync::Hello annas = hello(world.anna);
    EXPECT_EQ(goodbye_code(exchange({annas})), "");
    sync::Hello berts = hello(world.bert);
    berts.store = annas.store;
    EXPECT_EQ(goodbye_code(exchange({berts})), "unauthenticated");
}

TEST_F(Hostile, AnotherProtocolOrSchemaIsToldToUpgrade) {
    sync::Hello future = hello(world.anna);
    future.protocol_min = future.protocol_max = 99;
    EXPECT_EQ(goodbye_code(exchange({future})), "upgrade_required");
    sync::Hello ancient = hello(world.anna);
    ancient.schema_version = 0;
    EXPECT_EQ(goodbye_code(exchange({ancient})), "upgrade_required");
}

TEST_F(Hostile, MessagesOutOfPlaceEndTheSession) {
    EXPECT_EQ(goodbye_code(exchange({hello(world.anna), hello(world.anna)})), "protocol_error");
    EXPECT_EQ(goodbye_code(exchange({hello(world.anna), sync::Welcome{}})), "protocol_error");
    EXPECT_EQ(goodbye_code(exchange({hello(world.anna), sync::Chunk{}})), "protocol_error");
}

TEST_F(Hostile, NonsenseInAChangeSetIsRefusedAndBlocksNothing) {
    Change no_such_entity = note("x");
    no_such_entity.entity = schema::EntityNumber{9'999};
    Change no_such_field = note("x");
    no_such_field.set(schema::FieldNumber{9'999}, std::string("x"));
    Change wrong_type = note("x");
    wrong_type.fields[0].value = true;
    Change nil_uid = note("x");
    nil_uid.uid = {};
    Change no_such_record = world.update(entity::note, world.new_uid(), {{"note", std::string("x")}});
    Change gone = note("x");
    gone.operation = Operation::gone;
    const Change unseen = world.update(entity::property, world.draft, {{"title", std::string("x")}});
    std::vector<sync::ChangeSet> sets;
    std::uint64_t number = 0;
    for (const Change& change :
         {no_such_entity, no_such_field, wrong_type, nil_uid, no_such_record, gone, unseen})
        sets.push_back(set_of(++number, {change}));
    sets.push_back(set_of(++number, {}));
    sets.push_back(set_of(++number, {note("good")}));
    const auto answered = receipts(exchange({hello(world.anna), sync::Push{sets}}));
    ASSERT_EQ(answered.size(), sets.size());
    for (std::size_t i = 0; i + 2 < answered.size(); ++i) {
        EXPECT_EQ(answered[i].status, sync::ReceiptStatus::rejected) << i;
        EXPECT_FALSE(answered[i].code.empty()) << i;
        EXPECT_FALSE(answered[i].message.empty()) << i;
    }
    EXPECT_EQ(answered.back().status, sync::ReceiptStatus::applied);
    EXPECT_EQ(world.all(entity::note).size(), 1U);
}

TEST_F(Hostile, AForgedCursorShowsNothingMore) {
    sync::Hello forged = hello(world.bert);
    forged.cursor = {world.head(), 12345};  // a stamp that is not this entry's
    EXPECT_EQ(goodbye_code(exchange({forged, sync::Pull{}})), "server_restored");
    forged.cursor = {Seq{1'000'000}, 1};
    EXPECT_EQ(goodbye_code(exchange({forged, sync::Pull{}})), "server_restored");
    // Scopes that he does not hold are not sent, whatever he says of them.
    sync::Hello greedy = hello(world.bert);
    greedy.unfinished = {
        {world.lead, {}, {}}, {Uid{}, {}, "\xff\xff"}, {world.client, {}, std::string(9, '\0')}};
    for (const sync::Message& message : exchange({greedy, sync::Pull{}}))
        if (const auto* chunk = std::get_if<sync::Chunk>(&message))
            for (const auto& part : chunk->parts) {
                EXPECT_NE(part.scope, world.lead);
                EXPECT_NE(part.scope, world.client);
                EXPECT_FALSE(part.scope.is_nil());
            }
}

TEST_F(Hostile, TheServerStillServesAfterAllThat) {
    post(std::string(100'000, '\xff'));
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    fleet.expect_agreement({anna.get()});
}

}  // namespace
}  // namespace fieldsync::testing
