// A server whose PostgreSQL hangs or loses connections, over real sockets.
#include <gtest/gtest.h>

#include <thread>

#include "accounts/tokens.hpp"
#include "loopback/fleet.hpp"
#include "server/http/clients.hpp"
#include "support/postgresql_proxy.hpp"
#include "support/process.hpp"

namespace fieldsync::testing {
namespace {

using http::testing::Client;
using http::testing::Reply;

class Outage : public ::testing::Test {
  protected:
    Fleet fleet{Carried::http};
    World& world = fleet.world;
    PostgresqlProxy proxy{world.place.uri()};
    Fleet::Server server = fleet.server_by(proxy.uri() + "&connect_timeout=2", 1);
    const std::string authorization = "Authorization: Bearer " + crm_token() + "\r\n";

    std::string crm_token() {
        return world.database->write([&](storage::Connection& connection) {
            const auto anna = connection.integer("SELECT id FROM \"user\" WHERE uid = ?1",
                                                 {storage::Blob(world.anna.view())});
            return accounts::issue_token(connection, world.random, world.business, anna.value(),
                                         accounts::Surface::crm, {}, Fleet::real_now_us());
        });
    }
    [[nodiscard]] Reply leads() const { return Client(server.port).get("/api/leads", authorization); }
    [[nodiscard]] std::string lead_path() {
        return "/api/leads/" + std::to_string(world.find(entity::lead, world.lead)->id);
    }
};

TEST_F(Outage, RequestsThatWaitForTheDatabaseHoldNoIoThread) {
    ASSERT_EQ(leads().status, 200U);
    const std::size_t accepted = proxy.accepted();
    proxy.silence();
    std::vector<Reply> replies(4);
    std::vector<std::thread> clients;
    clients.reserve(replies.size());
    for (Reply& reply : replies) clients.emplace_back([this, &reply] { reply = leads(); });
    EXPECT_TRUE(eventually([&] { return proxy.accepted() > accepted; }))
        << "a reader waits for its connection";
    EXPECT_EQ(Client(server.port).get("/healthz").status, 200U) << "by the one I/O thread";
    EXPECT_EQ(Client(server.port).get("/readyz").status, 503U) << "before a load balancer gives up";
    proxy.speak();
    for (std::thread& client : clients) client.join();
    for (const Reply& reply : replies)
        if (reply.status != 200U) {
            EXPECT_EQ(reply.status, 503U);
            EXPECT_EQ(reply.header("Retry-After"), "1");
        }
    EXPECT_TRUE(eventually([&] { return leads().status == 200U; })) << "by itself";
}

TEST_F(Outage, AWriteWhoseCommitIsNotAnsweredIsAnswered) {
    ASSERT_EQ(leads().status, 200U);
    proxy.cut_at_commit(PostgresqlProxy::Cut::answer);
    const auto post = [&] {
        return Client(server.port)
            .post(lead_path() + "/notes", R"({"note": "by the road"})",
                  authorization + "Content-Type: application/json\r\n");
    };
    EXPECT_EQ(post().status, 201U);
    EXPECT_EQ(world.all(entity::note).size(), 1U);
    proxy.cut_at_commit(PostgresqlProxy::Cut::commit);
    EXPECT_EQ(post().status, 201U);
    EXPECT_EQ(world.all(entity::note).size(), 2U);
}

}  // namespace
}  // namespace fieldsync::testing
