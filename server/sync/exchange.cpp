#include "sync/exchange.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "fieldsync/sync/codec.hpp"
#include "sync/session_runner.hpp"

namespace fieldsync::server {
namespace {

// Lives from the request until its answer; everything runs on its queue.
class Exchange final : public Carrier, public std::enable_shared_from_this<Exchange> {
  public:
    Exchange(SyncServices& services, std::shared_ptr<SerialQueue> queue, http::Done done)
        : services_(services), queue_(std::move(queue)), done_(std::move(done)) {}

    void run(std::vector<sync::Message> messages) {
        // The session keeps its carrier until the answer is complete, which always comes: storage answers or
        // fails.
        runner_ = std::make_shared<SessionRunner>(
            services_, *this,
            [self = shared_from_this()](std::function<void()> work) { self->queue_->add(std::move(work)); });
        for (sync::Message& message : messages) {
            if (!runner_) return;
            if (auto* hello = std::get_if<sync::Hello>(&message)) hello->live = false;
            const auto runner = runner_;
            runner->receive(std::move(message));
        }
        all_received_ = true;
        if (runner_ && runner_->is_idle()) answer();
    }

    void send(std::string encoded) override { sync::append_framed_bytes(encoded, body_); }
    void finish() override { answer(); }
    void idle() override {
        if (all_received_) answer();
    }

  private:
    void answer() {
        const auto runner = std::exchange(runner_, nullptr);
        if (!runner) return;
        runner->detach();
        done_(http::Response::bytes(200, kExchangeMediaType, std::move(body_)));
    }

    SyncServices& services_;
    std::shared_ptr<SerialQueue> queue_;
    http::Done done_;
    std::shared_ptr<SessionRunner> runner_;
    std::string body_;
    bool all_received_ = false;
};

http::Response bad_request(const std::string& what) {
    return http::Response::json(400, R"({"error":{"code":"protocol_error","message":")" + what + "\"}}");
}

}  // namespace

http::Answer exchange(SyncServices& services, const SerialQueue::Post& post_io, http::Request& request) {
    constexpr std::size_t kMessagesMax = 64;
    auto messages = sync::decode_framed(request.body, kMessagesMax);
    if (!messages) return bad_request("The body is not a sequence of messages.");
    if (messages->empty() || !std::holds_alternative<sync::Hello>(messages->front()))
        return bad_request("The first message must be hello.");
    auto taken = std::make_shared<std::vector<sync::Message>>(std::move(*messages));
    return http::Deferred([&services, post_io, taken](http::Done done) {
        auto queue = std::make_shared<SerialQueue>(post_io);
        auto carrier = std::make_shared<Exchange>(services, queue, std::move(done));
        queue->add([carrier, taken] { carrier->run(std::move(*taken)); });
    });
}

}  // namespace fieldsync::server
