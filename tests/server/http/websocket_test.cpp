#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "clients.hpp"
#include "running_server.hpp"

namespace fieldsync::server::http::testing {
namespace {

/// Echoes, and does what a message says.
class EchoPeer final : public WebSocketPeer {
  public:
    void opened(std::shared_ptr<WebSocketSender> sender) override {
        sender_ = sender;
        opened_.set_value(std::move(sender));
    }
    void message(std::string_view bytes) override {
        if (bytes == "throw") throw std::runtime_error("cannot");
        if (bytes == "timer") return sender_->arm_timer(1, [this] { reply("tick"); });
        if (bytes == "posted") return sender_->post([this] { reply("posted"); });
        if (bytes == "bye") {
            reply("one");
            reply("two");
            return sender_->close(close_normal, "as asked");
        }
        if (bytes == "pause") {
            sender_->pause_reading();
            return sender_->arm_timer(50, [this] {
                reply("resuming");
                sender_->resume_reading();
            });
        }
        reply(std::string(bytes));
    }
    void shutdown() override { sender_->close(close_going_away, "shutting down"); }
    void closed(const CloseReason& reason) override {
        sender_.reset();
        closed_.set_value(reason);
    }

    std::shared_ptr<WebSocketSender> sender() {
        std::future<std::shared_ptr<WebSocketSender>> future = opened_.get_future();
        return comes(future) ? future.get() : nullptr;
    }
    CloseReason reason() {
        std::future<CloseReason> future = closed_.get_future();
        EXPECT_TRUE(comes(future));
        return future.get();
    }

  private:
    void reply(std::string text) { sender_->send(std::make_shared<const std::string>(std::move(text))); }

    std::shared_ptr<WebSocketSender> sender_;
    std::promise<std::shared_ptr<WebSocketSender>> opened_;
    std::promise<CloseReason> closed_;
};

class WebSocketTest : public ::testing::Test {
  protected:
    void serve(WebSocketLimits limits = {}) {
        Router router;
        router.websocket(
            "/live/{name}",
            [this](const Request& request) -> Upgrade {
                if (request.param("name") == "refused") return Response::text(403, "not you");
                if (request.param("name") == "broken") throw std::runtime_error("no storage");
                return std::static_pointer_cast<WebSocketPeer>(peer_);
            },
            limits);
        server_ = std::make_unique<RunningServer>(std::move(router));
    }

    std::shared_ptr<EchoPeer> peer_ = std::make_shared<EchoPeer>();
    std::unique_ptr<RunningServer> server_;
};

TEST_F(WebSocketTest, EchoesMessagesOfAnySizeUpToTheLimit) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    EXPECT_NE(client.upgrade_header("X-Request-Id"), "");
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, 100 * kib, 6 * mib}) {
        const std::string message(size, 'm');
        client.send(message);
        EXPECT_EQ(client.read(), message);
    }
    client.close(close_normal);
    EXPECT_EQ(peer_->reason().code, close_normal);
    const AccessEntry entry = server_->log(1)[0];
    EXPECT_EQ(entry.status, 101u);
    EXPECT_EQ(entry.route, "/live/{name}");
}

TEST_F(WebSocketTest, TimersAndPostedFunctionsRunOnTheStrand) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    client.send("timer");
    EXPECT_EQ(client.read(), "tick");
    client.send("posted");
    EXPECT_EQ(client.read(), "posted");
}

TEST_F(WebSocketTest, ManyThreadsSendWithoutLosingAMessage) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    const auto sender = peer_->sender();
    ASSERT_TRUE(sender);
    constexpr int threads_count = 4;
    constexpr int frames = 500;
    std::vector<std::thread> threads;
    for (int t = 0; t < threads_count; ++t) {
        threads.emplace_back([&] {
            const auto frame = std::make_shared<const std::string>("frame");
            for (int i = 0; i < frames; ++i) EXPECT_TRUE(sender->send(frame));
        });
    }
    for (int i = 0; i < threads_count * frames; ++i) ASSERT_EQ(client.read(), "frame");
    for (std::thread& thread : threads) thread.join();
}

TEST_F(WebSocketTest, APausedPeerGetsItsMessagesWhenItResumes) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    client.send("pause");
    client.send("held back");
    EXPECT_EQ(client.read(), "resuming");
    EXPECT_EQ(client.read(), "held back");
}

TEST_F(WebSocketTest, CloseSendsWhatIsQueuedFirst) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    client.send("bye");
    EXPECT_EQ(client.read(), "one");
    EXPECT_EQ(client.read(), "two");
    EXPECT_EQ(client.read_close(), close_normal);
    const CloseReason reason = peer_->reason();
    EXPECT_TRUE(reason.by_us);
    EXPECT_EQ(reason.text, "as asked");
}

TEST_F(WebSocketTest, AMessageThatIsTooLargeIsClosedWith1009) {
    WebSocketLimits limits;
    limits.message_bytes_max = 1'000;
    serve(limits);
    WebSocketClient client(server_->port(), "/live/x");
    client.send(std::string(1'001, 'x'));
    EXPECT_EQ(client.read_close(), close_too_big);
    EXPECT_EQ(peer_->reason().code, close_too_big);
}

TEST_F(WebSocketTest, ATextMessageIsClosedWith1003) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    client.send("text", true);
    EXPECT_EQ(client.read_close(), close_unsupported_data);
    EXPECT_EQ(peer_->reason().code, close_unsupported_data);
}

TEST_F(WebSocketTest, APeerThatThrowsIsClosedWith1011) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    client.send("throw");
    EXPECT_EQ(client.read_close(), close_internal_error);
    EXPECT_EQ(peer_->reason().code, close_internal_error);
}

TEST_F(WebSocketTest, AReaderThatIsTooSlowIsClosed) {
    WebSocketLimits limits;
    limits.queued_bytes_max = 1 * mib;
    limits.slow_close_ms = 100;
    serve(limits);
    WebSocketClient client(server_->port(), "/live/x", 4'096);
    const auto sender = peer_->sender();
    ASSERT_TRUE(sender);
    const auto frame = std::make_shared<const std::string>(256 * kib, 'x');
    // More than the kernel buffers for a client that does not read.
    int sent = 0;
    while (sent < 1'000 && sender->send(frame)) ++sent;
    EXPECT_LT(sent, 1'000);
    EXPECT_FALSE(sender->send(frame));
    EXPECT_LE(sender->queued_bytes(), 1 * mib);
    const CloseReason reason = peer_->reason();
    EXPECT_EQ(reason.code, close_policy_error);
    EXPECT_EQ(reason.text, "slow reader");
    EXPECT_FALSE(sender->send(frame));
}

TEST_F(WebSocketTest, ASlowReaderThatReadsOnIsToldWhy) {
    WebSocketLimits limits;
    limits.queued_bytes_max = 1 * mib;
    serve(limits);
    WebSocketClient client(server_->port(), "/live/x", 4'096);
    const auto sender = peer_->sender();
    ASSERT_TRUE(sender);
    const auto frame = std::make_shared<const std::string>(256 * kib, 'x');
    while (sender->send(frame)) {
    }
    EXPECT_EQ(client.read_close(), close_policy_error);
}

TEST_F(WebSocketTest, AClientThatVanishesIsNoticed) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    client.send("hello");
    EXPECT_EQ(client.read(), "hello");
    client.drop();
    EXPECT_EQ(peer_->reason().code, close_abnormal);
}

TEST_F(WebSocketTest, AClientThatAnswersNoPingIsDropped) {
    WebSocketLimits limits;
    limits.idle_ms = 200;
    serve(limits);
    WebSocketClient client(server_->port(), "/live/x");  // only answers pings while it reads
    EXPECT_EQ(peer_->reason().code, close_abnormal);
}

TEST_F(WebSocketTest, PingsKeepAQuietConnection) {
    WebSocketLimits limits;
    limits.idle_ms = 200;
    serve(limits);
    WebSocketClient client(server_->port(), "/live/x");
    const auto sender = peer_->sender();
    ASSERT_TRUE(sender);
    sender->post([sender] {
        sender->arm_timer(700, [sender] { sender->send(std::make_shared<const std::string>("still here")); });
    });
    EXPECT_EQ(client.read(), "still here");
}

TEST_F(WebSocketTest, TheFactoryCanRefuse) {
    serve();
    const std::string upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    Client client(server_->port());
    EXPECT_EQ(client.get("/live/refused", upgrade).status, 403u);
    EXPECT_EQ(client.get("/live/broken", upgrade).status, 500u);
    const Reply plain = client.get("/live/x");
    EXPECT_EQ(plain.status, 426u);
    EXPECT_EQ(plain.header("Upgrade"), "websocket");
    EXPECT_EQ(client.post("/live/x", "").status, 405u);
}

TEST_F(WebSocketTest, DrainTellsThePeerWhichSaysGoodbye) {
    serve();
    WebSocketClient client(server_->port(), "/live/x");
    client.send("hello");
    EXPECT_EQ(client.read(), "hello");
    const std::future<void> drained = server_->drain(20'000);
    EXPECT_EQ(client.read_close(), close_going_away);
    EXPECT_TRUE(comes(drained));
    EXPECT_EQ(peer_->reason().text, "shutting down");
}

}  // namespace
}  // namespace fieldsync::server::http::testing
