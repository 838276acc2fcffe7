#include <gtest/gtest.h>

#include "clients.hpp"
#include "running_server.hpp"

namespace fieldsync::server::http::testing {
namespace {

class DrainTest : public ::testing::Test {
  protected:
    DrainTest() {
        Router router;
        router.get("/now", [](const Request&) -> Answer { return Response::text(200, "now"); });
        router.get("/later", [this](const Request&) -> Answer {
            return Deferred([this](Done done) { asked_.set_value(std::move(done)); });
        });
        router.websocket("/live", [this](const Request&) -> Upgrade {
            return std::static_pointer_cast<WebSocketPeer>(std::make_shared<StubbornPeer>(shutdown_));
        });
        server_ = std::make_unique<RunningServer>(std::move(router));
    }

    /// Hears of the shutdown and does nothing.
    class StubbornPeer final : public WebSocketPeer {
      public:
        explicit StubbornPeer(std::promise<void>& shutdown) : shutdown_(shutdown) {}
        void opened(std::shared_ptr<WebSocketSender>) override {}
        void message(std::string_view) override {}
        void shutdown() override { shutdown_.set_value(); }
        void closed(const CloseReason&) override {}

      private:
        std::promise<void>& shutdown_;
    };

    std::promise<Done> asked_;
    std::promise<void> shutdown_;
    std::unique_ptr<RunningServer> server_;
};

TEST_F(DrainTest, IdleConnectionsAreClosedAtOnce) {
    Client used(server_->port());
    EXPECT_EQ(used.get("/now").body, "now");
    Client fresh(server_->port());
    const std::future<void> drained = server_->drain(20'000);
    EXPECT_TRUE(used.closed_by_server());
    EXPECT_TRUE(fresh.closed_by_server());
    EXPECT_TRUE(comes(drained));
}

TEST_F(DrainTest, ARequestUnderWayIsAnsweredAndItsConnectionClosed) {
    Client client(server_->port());
    client.send("GET /later HTTP/1.1\r\nHost: t\r\n\r\nGET /now HTTP/1.1\r\nHost: t\r\n\r\n");
    std::future<Done> asked = asked_.get_future();
    ASSERT_TRUE(comes(asked));
    Client idle(server_->port());
    const std::future<void> drained = server_->drain(20'000);
    EXPECT_TRUE(idle.closed_by_server());  // draining has begun
    EXPECT_NE(drained.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    asked.get()(Response::text(200, "finished"));
    const Reply reply = client.read();
    EXPECT_EQ(reply.body, "finished");
    EXPECT_FALSE(reply.keep_alive);
    EXPECT_TRUE(client.closed_by_server());
    client.close();
    EXPECT_TRUE(comes(drained));
}

TEST_F(DrainTest, NothingIsAcceptedAnyMore) {
    const std::uint16_t port = server_->port();
    EXPECT_TRUE(comes(server_->drain(20'000)));
    EXPECT_ANY_THROW(Client{port});
}

TEST_F(DrainTest, StopAcceptingKeepsOpenConnections) {
    Client client(server_->port());
    EXPECT_EQ(client.get("/now").body, "now");
    server_->http().stop_accepting();
    EXPECT_EQ(client.get("/now").body, "now");
}

TEST_F(DrainTest, WhatDoesNotEndIsCutOffAtTheDeadline) {
    Client waiting(server_->port());
    waiting.send("GET /later HTTP/1.1\r\nHost: t\r\n\r\n");
    std::future<Done> asked = asked_.get_future();
    ASSERT_TRUE(comes(asked));
    WebSocketClient stubborn(server_->port(), "/live");
    std::future<void> told = shutdown_.get_future();
    const std::future<void> drained = server_->drain(100);
    EXPECT_TRUE(comes(told));
    EXPECT_TRUE(comes(drained));
    EXPECT_EQ(server_->http().connections(), 0u);
    EXPECT_EQ(stubborn.read_close(), close_abnormal);
    EXPECT_TRUE(waiting.closed_by_server());
}

TEST_F(DrainTest, DrainingTwiceCallsBothBack) {
    const std::future<void> first = server_->drain(20'000);
    const std::future<void> second = server_->drain(20'000);
    EXPECT_TRUE(comes(first));
    EXPECT_TRUE(comes(second));
}

}  // namespace
}  // namespace fieldsync::server::http::testing
