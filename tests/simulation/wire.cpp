#include "simulation/wire.hpp"

#include <algorithm>
#include <utility>

#include "sync/live_peer.hpp"

namespace fieldsync::simulation {

// What the server's peer sends through.
class Wire::ServerEnd final : public server::http::WebSocketSender {
  public:
    ServerEnd(std::weak_ptr<Wire> wire, Scheduler& scheduler, std::shared_ptr<Life> life)
        : wire_(std::move(wire)), scheduler_(scheduler), life_(std::move(life)) {}

    bool send(std::shared_ptr<const std::string> frame) override {
        const auto wire = wire_.lock();
        if (!wire || is_closing) return false;
        wire->from_server(std::move(frame));
        return true;
    }
    void close(std::uint16_t, std::string) override {
        const auto wire = wire_.lock();
        if (!wire || std::exchange(is_closing, true)) return;
        wire->server_closes();
    }
    void post(std::function<void()> work) override {
        scheduler_.after(0, life_, [wire = wire_, work = std::move(work)] {
            if (const auto there = wire.lock(); there && there->peer_) work();
        });
    }
    std::size_t queued_bytes() const override { return 0; }
    void arm_timer(std::int64_t delay_ms, std::function<void()> work) override {
        scheduler_.after(delay_ms * kMillisecond, life_,
                         [wire = wire_, mine = ++timer_, this, work = std::move(work)] {
                             if (const auto there = wire.lock(); there && there->peer_ && mine == timer_)
                                 work();
                         });
    }
    void cancel_timer() override { ++timer_; }
    void pause_reading() override {
        if (const auto wire = wire_.lock()) wire->is_reading_paused_ = true;
    }
    void resume_reading() override {
        const auto wire = wire_.lock();
        if (!wire) return;
        wire->is_reading_paused_ = false;
        for (std::string& frame : std::exchange(wire->held_back_, {}))
            scheduler_.after(0, life_, [wire, frame = std::move(frame)] { wire->deliver_up(frame); });
    }

    bool is_closing = false;

  private:
    std::weak_ptr<Wire> wire_;
    Scheduler& scheduler_;
    std::shared_ptr<Life> life_;
    std::uint64_t timer_ = 0;
};

Wire::Wire(Network& network, Dice dice, std::shared_ptr<Life> phone, PhoneEnd end)
    : network_(network), dice_(dice), phone_life_(std::move(phone)), phone_(std::move(end)) {}

std::int64_t Wire::latency() {
    return dice_.between(network_.faults.latency_min_us, network_.faults.latency_max_us);
}

void Wire::connect() {
    network_.scheduler.after(latency(), nullptr, [self = shared_from_this()] {
        ServerHost& server = self->network_.server;
        if (!self->phone_is_open_ || self->phone_life_->is_over) return;
        if (!server.is_up()) return self->phone_hears_of_the_end(self->latency(), false);
        self->server_life_ = server.life();
        self->peer_ = server::make_live_peer(server.services());
        self->sender_ = std::make_shared<ServerEnd>(self, self->network_.scheduler, self->server_life_);
        server.add(self);
        self->peer_->opened(self->sender_);
        self->network_.scheduler.after(self->latency(), self->phone_life_, [self] {
            if (self->phone_is_open_) self->phone_.opened();
        });
    });
}

std::optional<std::int64_t> Wire::carry(Direction direction, std::string& frame) {
    Way& way = direction == Direction::up ? up_ : down_;
    if (!way.passes) return std::nullopt;
    const std::int64_t at_us = std::max(way.free_at_us, network_.scheduler.now_us() + latency());
    way.free_at_us = at_us;
    if (!dice_.chance(network_.faults.cut)) return at_us;
    const bool is_half_open = dice_.chance(network_.faults.half_open);
    const bool is_cut = dice_.chance(network_.faults.cut_in_middle);
    network_.trace.say(network_.scheduler.now_us(), "network",
                       is_half_open ? "a connection is half open from here on"
                       : is_cut     ? "a connection breaks in the middle of a frame"
                                    : "a connection breaks");
    way.passes = false;
    if (is_half_open) {
        const std::int64_t noticed_us = dice_.between(5, 60) * kSecond;
        phone_hears_of_the_end(noticed_us + latency(), false);
        server_hears_of_the_end(noticed_us + dice_.between(0, 20) * kSecond);
        return std::nullopt;
    }
    break_up();
    if (!is_cut) return std::nullopt;
    frame.resize(dice_.pick(frame.size() + 1));
    return at_us;
}

void Wire::send(std::string frame) {
    if (!phone_is_open_ || !peer_) return;
    const auto at_us = carry(Direction::up, frame);
    if (!at_us) return;
    network_.scheduler.at(*at_us, server_life_,
                          [self = shared_from_this(), frame = std::move(frame)] { self->deliver_up(frame); });
}

void Wire::deliver_up(const std::string& frame) {
    if (!peer_ || sender_->is_closing) return;
    if (is_reading_paused_) return held_back_.push_back(frame);
    const auto peer = peer_;
    peer->message(frame);
}

void Wire::from_server(std::shared_ptr<const std::string> frame) {
    std::string bytes = *frame;
    const auto at_us = carry(Direction::down, bytes);
    if (!at_us) return;
    network_.scheduler.at(*at_us, phone_life_, [self = shared_from_this(), bytes = std::move(bytes)] {
        if (self->phone_is_open_) self->phone_.frame(bytes);
    });
}

void Wire::server_closes() {
    if (down_.passes) {
        const std::int64_t at_us = std::max(down_.free_at_us, network_.scheduler.now_us() + latency());
        phone_hears_of_the_end(at_us - network_.scheduler.now_us(), true);
    }
    server_hears_of_the_end(0);
}

void Wire::close() {
    if (!phone_is_open_) return;
    phone_is_open_ = false;
    if (!up_.passes || !peer_) return;
    const std::int64_t at_us = std::max(up_.free_at_us, network_.scheduler.now_us() + latency());
    server_hears_of_the_end(at_us - network_.scheduler.now_us());
}

void Wire::drop() {
    if (!phone_is_open_) return;
    phone_is_open_ = false;
    up_.passes = down_.passes = false;
    server_hears_of_the_end(dice_.between(0, 60) * kSecond);
}

void Wire::break_up() {
    up_.passes = down_.passes = false;
    phone_hears_of_the_end(dice_.between(0, 3'000) * kMillisecond, false);
    server_hears_of_the_end(dice_.between(0, 30'000) * kMillisecond);
}

void Wire::phone_hears_of_the_end(std::int64_t after_us, bool is_orderly) {
    network_.scheduler.after(after_us, phone_life_, [self = shared_from_this(), is_orderly] {
        if (std::exchange(self->phone_is_open_, false)) self->phone_.ended(is_orderly);
    });
}

void Wire::server_hears_of_the_end(std::int64_t after_us) {
    if (!server_life_) return;
    network_.scheduler.after(after_us, server_life_,
                             [self = shared_from_this()] { self->close_server_end({}); });
}

void Wire::close_server_end(server::http::CloseReason reason) {
    const auto peer = std::exchange(peer_, nullptr);
    if (peer) peer->closed(reason);
}

void Wire::server_died() {
    close_server_end({});
    phone_hears_of_the_end(dice_.between(0, 20'000) * kMillisecond, false);
}

void Wire::server_stops() {
    if (peer_) peer_->shutdown();
}

namespace {

struct Call {
    bool is_answered = false;
    HttpCarrier::Done done;
    void answer(unsigned status, std::string body) {
        if (!std::exchange(is_answered, true)) done(status, std::move(body));
    }
};

constexpr std::int64_t kTimeout = 30 * kSecond;

}  // namespace

void post_exchange(Network& network, Dice dice, const std::shared_ptr<Life>& phone, std::string body,
                   HttpCarrier::Done done) {
    Scheduler& scheduler = network.scheduler;
    const auto call = std::make_shared<Call>();
    call->done = std::move(done);
    scheduler.after(kTimeout, phone, [call] { call->answer(0, {}); });
    const auto latency = [&] {
        return dice.between(network.faults.latency_min_us, network.faults.latency_max_us);
    };
    const bool loses_answer = dice.chance(network.faults.lost_answer);
    const std::int64_t back_us = latency();
    const auto arrive = [&network, call, phone, loses_answer, back_us](const std::string& bytes) {
        if (!network.server.is_up())
            return network.scheduler.after(back_us, phone, [call] { call->answer(0, {}); });
        network.server.exchange(
            bytes, [&network, call, phone, loses_answer, back_us](unsigned status, std::string answer) {
                if (loses_answer)
                    return network.trace.say(network.scheduler.now_us(), "network", "an answer is lost");
                network.scheduler.after(back_us, phone, [call, status, answer = std::move(answer)] {
                    call->answer(status, answer);
                });
            });
    };
    if (dice.chance(network.faults.lost_request))
        return network.trace.say(scheduler.now_us(), "network", "a request is lost");
    if (dice.chance(network.faults.twice)) {
        network.trace.say(scheduler.now_us(), "network", "a request is made twice");
        scheduler.after(latency() + dice.between(0, 20'000) * kMillisecond, nullptr,
                        [arrive, body] { arrive(body); });
    }
    scheduler.after(latency(), nullptr, [arrive, body = std::move(body)] { arrive(body); });
}

}  // namespace fieldsync::simulation
