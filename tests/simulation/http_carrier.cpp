#include "simulation/http_carrier.hpp"

#include <utility>

#include "fieldsync/sync/codec.hpp"

namespace fieldsync::simulation {
namespace {

constexpr std::size_t kMessagesMax = 64;

}  // namespace

void HttpCarrier::run(const std::string& body) {
    auto messages = sync::decode_framed(body, kMessagesMax);
    if (!messages || messages->empty() || !std::holds_alternative<sync::Hello>(messages->front()))
        return done_(400, {});
    runner_ = std::make_shared<server::SessionRunner>(
        services_, *this, [self = shared_from_this()](std::function<void()> work) {
            self->post_([self, work = std::move(work)] {
                if (self->runner_) work();
            });
        });
    for (sync::Message& message : *messages) {
        if (!runner_) return;
        if (auto* hello = std::get_if<sync::Hello>(&message)) hello->live = false;
        const auto runner = runner_;
        runner->receive(std::move(message));
    }
    all_received_ = true;
    if (runner_ && runner_->is_idle()) answer();
}

void HttpCarrier::send(std::string encoded) {
    sync::append_framed_bytes(encoded, body_);
}

void HttpCarrier::server_died() {
    if (const auto runner = std::exchange(runner_, nullptr)) runner->detach();
}

void HttpCarrier::answer() {
    const auto runner = std::exchange(runner_, nullptr);
    if (!runner) return;
    runner->detach();
    done_(200, std::move(body_));
}

}  // namespace fieldsync::simulation
