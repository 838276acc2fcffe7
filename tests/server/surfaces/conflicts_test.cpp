#include <gtest/gtest.h>

#include "demo_server.hpp"
#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

namespace entity = schema::entity;

constexpr auto kCity = schema::number_of<schema::client_fields>("city");

// A device of Staff Member's changes the city that REST changed meanwhile: the later of the two wins.
class ConflictsTest : public ::testing::Test {
  protected:
    schema::Uid uid_of(std::string_view sql) {
        schema::Uid uid;
        server_.database->read([&](storage::Connection& c) {
            c.query(sql, {}, [&](storage::Row& row) { uid = read_uid(row, 0); });
        });
        return uid;
    }

    void make_conflict() {
        const auto cursor = schema::Seq{
            static_cast<std::uint64_t>(server_.integer("SELECT seq FROM head WHERE business_id = 1"))};
        WriteRequest push;
        push.business = BusinessId{1};
        push.author = uid_of("SELECT uid FROM \"user\" WHERE email = 'staff@example.com'");
        push.origin = Origin::push;
        push.store = sync::new_uid(server_.clock, server_.random);
        push.set.uid = sync::new_uid(server_.clock, server_.random);
        push.set.number = 1;
        push.set.hlc = sync::Hlc::at(server_.clock.now_us() / 1000);
        push.set.made_at_us = server_.clock.now_us();
        push.set.made_at_cursor = cursor;
        schema::Change change;
        change.entity = entity::client;
        change.uid = uid_of("SELECT uid FROM client WHERE first_name = 'Ankit'");
        change.set(kCity, std::string("Ujjain"));
        change.fields[0].base = cursor;
        push.set.changes.push_back(change);

        server_.clock.advance_ms(60'000);
        const std::string client = "/api/clients/" + std::to_string(server_.client("Ankit"));
        EXPECT_EQ(server_.call(Method::put, client, server_.admin(), R"({"city": "Bhopal"})").status, 200U);
        server_.database->write([&](storage::Connection& c) {
            EXPECT_EQ(server_.path.run(c, push).receipt.status, sync::ReceiptStatus::merged);
        });
    }

    DemoServer server_;
};

TEST_F(ConflictsTest, AValueThatLostIsListedWithTheOneThatWon) {
    make_conflict();
    const Answered answer = server_.get("/api/sync/conflicts", server_.admin());
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Conflicts fetched successfully.");
    EXPECT_EQ(answer.number("result.pagination.total"), 1);
    json::value conflict = answer.at("result.data.0");
    EXPECT_EQ(conflict.at("record").as_string(),
              uid_of("SELECT uid FROM client WHERE first_name = 'Ankit'").to_string());
    for (const char* name : {"id", "uid", "record"}) conflict.as_object().erase(name);
    EXPECT_EQ(conflict, json::parse(R"({
        "entity": "client", "field": "city", "policy": "last_writer",
        "winner": {"value": "Bhopal", "user": "John Doe", "at": "2026-05-20T10:01:00.000000Z"},
        "loser": {"value": "Ujjain", "user": "Staff Member", "at": "2026-05-20T10:00:00.000000Z"},
        "created_at": "2026-05-20T10:00:00.000000Z"})"));
}

TEST_F(ConflictsTest, StaffSeeThoseOfTheScopesTheyHold) {
    make_conflict();
    EXPECT_EQ(server_.get("/api/sync/conflicts", server_.staff()).number("result.pagination.total"), 1);
    // Rahul holds the client through its lead, for reading.
    EXPECT_EQ(server_.get("/api/sync/conflicts", server_.rahul()).number("result.pagination.total"), 1);
    server_.change(
        "UPDATE scope_grant SET to_seq = 99 WHERE user_uid = (SELECT uid FROM \"user\" WHERE email = ?1)",
        {"rahul@example.com"});
    EXPECT_EQ(server_.get("/api/sync/conflicts", server_.rahul()).number("result.pagination.total"), 0);
    EXPECT_EQ(server_.get("/api/sync/conflicts", server_.token("admin@engineering.test"))
                  .number("result.pagination.total"),
              0);
}

TEST_F(ConflictsTest, WithoutConflictsTheListIsEmpty) {
    const Answered answer = server_.get("/api/sync/conflicts", server_.admin());
    EXPECT_TRUE(answer.at("result.data").as_array().empty());
    EXPECT_TRUE(answer.at("result.pagination.from").is_null());
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
