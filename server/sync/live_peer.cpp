#include "sync/live_peer.hpp"

#include "fieldsync/sync/codec.hpp"

namespace fieldsync::server {
namespace {

class LivePeer final : public http::WebSocketPeer, public Carrier {
  public:
    explicit LivePeer(SyncServices& services) : services_(services) {}

    void opened(std::shared_ptr<http::WebSocketSender> sender) override {
        sender_ = std::move(sender);
        // Whoever posts keeps the sender; it drops what comes after the end.
        runner_ = std::make_shared<SessionRunner>(
            services_, *this,
            [sender = sender_](std::function<void()> work) { sender->post(std::move(work)); });
        sender_->arm_timer(kPollMs, [this] { poll(); });
    }

    void message(std::string_view bytes) override {
        unanswered_bytes_ += bytes.size();
        if (unanswered_bytes_ > kUnansweredBytesMax) sender_->pause_reading();
        auto decoded = sync::decode_message(bytes);
        if (decoded)
            runner_->receive(std::move(*decoded));
        else
            runner_->broken(decoded.error().what + " at byte " + std::to_string(decoded.error().offset));
    }

    void shutdown() override { runner_->shut_down(); }

    void closed(const http::CloseReason&) override {
        runner_->detach();
        runner_.reset();
        sender_.reset();
    }

    void send(std::string encoded) override {
        sender_->send(std::make_shared<std::string>(std::move(encoded)));
    }

    void idle() override {
        if (unanswered_bytes_ > kUnansweredBytesMax) sender_->resume_reading();
        unanswered_bytes_ = 0;
    }

    void finish() override { sender_->close(http::close_normal, "goodbye"); }

  private:
    // How late a right that ended, or another process's write, is noticed at the most; and how long a
    // connection may take to say hello.
    static constexpr std::int64_t kPollMs = 10'000;

    // What came and has no answer yet, before the other end is held back: several times what a device sends
    // ahead.
    static constexpr std::size_t kUnansweredBytesMax = 8 * 1024 * 1024;

    void poll() {
        if (!runner_->has_said_hello()) return runner_->broken("no hello in time");
        runner_->poll();
        if (sender_) sender_->arm_timer(kPollMs, [this] { poll(); });
    }

    SyncServices& services_;
    std::shared_ptr<SessionRunner> runner_;
    std::shared_ptr<http::WebSocketSender> sender_;
    std::size_t unanswered_bytes_ = 0;
};

}  // namespace

std::shared_ptr<http::WebSocketPeer> make_live_peer(SyncServices& services) {
    return std::make_shared<LivePeer>(services);
}

}  // namespace fieldsync::server
