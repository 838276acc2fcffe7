// Several servers on one PostgreSQL database.
#include <gtest/gtest.h>

#include "accounts/tokens.hpp"
#include "loopback/fleet.hpp"
#include "loopback/live_device.hpp"
#include "server/http/clients.hpp"

namespace fieldsync::testing {
namespace {

using http::testing::Client;

class Nodes : public ::testing::Test {
  protected:
    Fleet fleet{Carried::websocket};
    World& world = fleet.world;
    Fleet::Server other = fleet.another_server();

    [[nodiscard]] Change note(const std::string& text) {
        return world.insert(entity::note, world.new_uid(), {{"lead", world.lead}, {"note", text}});
    }
};

// By itself a live session looks at the head every 10 s.
TEST_F(Nodes, ALiveDeviceHearsAtOnceOfWhatAnotherServerWrote) {
    auto anna = fleet.device(world.anna);
    LiveDevice live(*anna);
    ASSERT_TRUE(live.wait_until_live());
    fleet.rest_at(*other.application, world.admin, {note("from the other server")});
    EXPECT_TRUE(live.wait([&] { return anna->count(entity::note) == 1; }, std::chrono::seconds(5)));
}

TEST_F(Nodes, WritersOfOneBusinessOnTwoServersTakeTurns) {
    constexpr int kNotes = 100;
    const auto before = schema::number(world.head());
    const auto write = [&](app::Application& server) {
        for (int i = 0; i < kNotes; ++i)
            EXPECT_EQ(fleet.rest_at(server, world.admin, {note("one of many")}).receipt.status,
                      sync::ReceiptStatus::applied);
    };
    std::thread here([&] { write(*fleet.server); });
    write(*other.application);
    here.join();
    EXPECT_EQ(schema::number(world.head()), before + 2 * kNotes);
    EXPECT_EQ(world.all(entity::note).size(), std::size_t{2 * kNotes});
    world.database->read([&](storage::Connection& connection) {
        EXPECT_EQ(connection.integer("SELECT count(DISTINCT id) FROM note WHERE business_id = ?1",
                                     {number(world.business)}),
                  2 * kNotes);
        EXPECT_EQ(connection.integer("SELECT count(*) FROM log_entry WHERE business_id = ?1 AND seq > ?2",
                                     {number(world.business), static_cast<std::int64_t>(before)}),
                  2 * kNotes);
    });
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    EXPECT_EQ(anna->count(entity::note), std::size_t{2 * kNotes});
}

TEST_F(Nodes, ADeviceGoesOnAtAnotherServer) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({note("written at the first")});
    anna->sync_well();
    anna->write({note("sent to the second")});
    fleet.server.reset();
    fleet.send_devices_to(other);
    anna->sync_well();
    EXPECT_EQ(world.all(entity::note).size(), 2U);
    EXPECT_EQ(anna->engine->status().pending, 0U);
}

// --- rights hold at every server at once

class NodesRights : public Nodes {
  protected:
    std::string crm_token(const Uid& user) {
        return world.database->write([&](storage::Connection& connection) {
            const auto id =
                connection.integer("SELECT id FROM \"user\" WHERE uid = ?1", {storage::Blob(user.view())});
            return accounts::issue_token(connection, world.random, world.business, id.value(),
                                         accounts::Surface::crm, {}, Fleet::real_now_us());
        });
    }
    [[nodiscard]] unsigned status_at(std::uint16_t port, const std::string& token) const {
        return Client(port).get("/api/leads", "Authorization: Bearer " + token + "\r\n").status;
    }
    Fleet::Server third = fleet.another_server();
};

TEST_F(NodesRights, WhoSignsOutAtOneServerIsOutAtAnother) {
    const std::string token = crm_token(world.anna);
    EXPECT_EQ(status_at(other.port, token), 200U);
    EXPECT_EQ(status_at(third.port, token), 200U);
    const auto logout =
        Client(third.port).post("/api/auth/logout", "", "Authorization: Bearer " + token + "\r\n");
    EXPECT_EQ(logout.status, 200U) << logout.body;
    EXPECT_EQ(status_at(other.port, token), 401U);
}

TEST_F(NodesRights, WhoIsDeactivatedAtOneServerIsOutAtAnotherAndHisDeviceWithTheNextPush) {
    const std::string token = crm_token(world.anna);
    EXPECT_EQ(status_at(other.port, token), 200U);
    fleet.send_devices_to(third);
    auto anna = fleet.device(world.anna);
    LiveDevice live(*anna);
    ASSERT_TRUE(live.wait_until_live());
    fleet.rest_at(*other.application, world.admin,
                  {world.update(entity::user, world.anna, {{"is_active", false}})});
    EXPECT_EQ(status_at(other.port, token), 401U);
    EXPECT_EQ(status_at(third.port, token), 401U);
    anna->write({note("too late")});
    live.local_write();
    EXPECT_TRUE(live.wait_until_ended());
    EXPECT_TRUE(world.all(entity::note).empty());
}

TEST_F(NodesRights, FailedSignInsCountAtEveryServer) {
    const auto status = [](const Fleet::Server& server) {
        return Client(server.port)
            .post("/api/auth/login", R"({"email": "nobody@example.com", "password": "wrong"})",
                  "Content-Type: application/json\r\n")
            .status;
    };
    for (int i = 0; i < 5; ++i) EXPECT_EQ(status(i % 2 == 0 ? other : third), 401U);
    EXPECT_EQ(status(other), 429U);
    EXPECT_EQ(status(third), 429U);
}

}  // namespace
}  // namespace fieldsync::testing
