#include "simulation/phone_session.hpp"

#include "fieldsync/sync/codec.hpp"
#include "simulation/watched_store.hpp"

namespace fieldsync::simulation {

using device::SyncEnd;

void PhoneSession::end_by(const sync::DeviceSession& session) {
    if (session.failure())
        end(SyncEnd::broken, *session.failure());
    else if (session.goodbye())
        end(SyncEnd::goodbye, session.goodbye()->code);
    else
        end(SyncEnd::done, {});
}

class LiveSession final : public PhoneSession, public std::enable_shared_from_this<LiveSession> {
  public:
    LiveSession(Phone& phone, bool live, bool verify, Dice dice)
        : PhoneSession(phone), session_(*phone.store_, {.live = live, .verify = verify}), dice_(dice) {}

    void begin() override {
        // The wire is the session's.
        const std::weak_ptr<LiveSession> weak = weak_from_this();
        const auto run = [weak](const std::function<void(LiveSession&)>& work) {
            if (const auto self = weak.lock()) self->step([&] { work(*self); });
        };
        wire_ = std::make_shared<Wire>(
            phone_.scene_.network, dice_, phone_.life_,
            Wire::PhoneEnd{
                [run] { run([](LiveSession& self) { self.send(self.session_.start()); }); },
                [run](std::string_view bytes) { run([&](LiveSession& self) { self.receive(bytes); }); },
                [run](bool) {
                    run([](LiveSession& self) { self.end(SyncEnd::no_network, "the connection is lost"); });
                }});
        wire_->connect();
    }
    void outbox_grew() override {
        step([&] { send(session_.outbox_grew()); });
    }
    void drop() override {
        is_over_ = true;
        wire_->drop();
    }
    void break_up() override { wire_->break_up(); }
    [[nodiscard]] const sync::DeviceSession& session() const override { return session_; }

  private:
    void send(const std::vector<sync::Message>& frames) {
        for (const sync::Message& frame : frames) {
            std::string bytes;
            sync::encode(frame, bytes);
            wire_->send(std::move(bytes));
        }
    }

    void receive(std::string_view bytes) {
        auto message = sync::decode_message(bytes);
        if (!message) {
            wire_->drop();
            return end(SyncEnd::broken, message.error().what);
        }
        const bool is_renumber = std::holds_alternative<sync::Renumber>(*message);
        const bool was_live = session_.state() == sync::SessionState::live;
        const auto frames = session_.receive(*message);
        if (is_renumber) {
            wire_->close();
            return end(SyncEnd::no_network, "renumbered", true);
        }
        send(frames);
        if (!was_live && session_.state() == sync::SessionState::live) {
            phone_.failures_ = phone_.renumbers_ = 0;
            phone_.say("is live");
        }
        if (session_.state() != sync::SessionState::done && session_.state() != sync::SessionState::closed)
            return;
        wire_->close();
        end_by(session_);
    }

    sync::DeviceSession session_;
    Dice dice_;
    std::shared_ptr<Wire> wire_;
};

class ExchangeSession final : public PhoneSession, public std::enable_shared_from_this<ExchangeSession> {
  public:
    ExchangeSession(Phone& phone, bool verify, Dice dice)
        : PhoneSession(phone), session_(*phone.store_, {.live = false, .verify = verify}), dice_(dice) {}

    void begin() override {
        step([&] {
            frames_ = session_.start();
            post(first_body());
        });
    }
    void outbox_grew() override {}
    void drop() override { is_over_ = true; }
    void break_up() override {}
    [[nodiscard]] const sync::DeviceSession& session() const override { return session_; }

  private:
    std::string first_body() {
        std::string body;
        for (const sync::Message& frame : frames_) sync::append_framed(frame, body);
        return body;
    }

    std::string next_body() {
        std::string body;
        sync::append_framed(phone_.store_->hello(), body);
        bool asks = false;
        for (const sync::Message& frame : frames_) {
            if (std::holds_alternative<sync::ChunkStored>(frame)) continue;
            asks = asks || std::holds_alternative<sync::Pull>(frame) ||
                   std::holds_alternative<sync::Verify>(frame);
            sync::append_framed(frame, body);
        }
        if (!asks) sync::append_framed(sync::Pull{}, body);
        return body;
    }

    void post(std::string body) {
        post_exchange(phone_.scene_.network, dice_.fork(++exchanges_), phone_.life_, std::move(body),
                      [self = shared_from_this()](unsigned status, const std::string& answer) {
                          self->step([&] { self->receive(status, answer); });
                      });
    }

    void receive(unsigned status, const std::string& answer) {
        if (status == 0) return end(SyncEnd::no_network, "no answer");
        if (status != 200) return end(SyncEnd::broken, "status " + std::to_string(status));
        const auto messages = sync::decode_framed(answer, 10'000);
        if (!messages) return end(SyncEnd::broken, messages.error().what);
        frames_.clear();
        for (const sync::Message& message : *messages) {
            if (exchanges_ > 1 && std::holds_alternative<sync::Welcome>(message)) continue;
            for (sync::Message& frame : session_.receive(message)) frames_.push_back(std::move(frame));
        }
        if (session_.state() == sync::SessionState::done || session_.state() == sync::SessionState::closed) {
            tell_last();
            return end_by(session_);
        }
        post(next_body());
    }

    void tell_last() {
        std::string body;
        sync::append_framed(phone_.store_->hello(), body);
        bool tells = false;
        for (const sync::Message& frame : frames_) {
            if (!std::holds_alternative<sync::ReceiptsStored>(frame)) continue;
            sync::append_framed(frame, body);
            tells = true;
        }
        if (!tells) return;
        post_exchange(phone_.scene_.network, dice_.fork(++exchanges_), phone_.life_, std::move(body),
                      [](unsigned, const std::string&) {});
    }

    sync::DeviceSession session_;
    Dice dice_;
    std::vector<sync::Message> frames_;
    std::uint64_t exchanges_ = 0;
};

std::shared_ptr<PhoneSession> make_live_session(Phone& phone, bool live, bool verify, Dice dice) {
    return std::make_shared<LiveSession>(phone, live, verify, dice);
}

std::shared_ptr<PhoneSession> make_exchange_session(Phone& phone, bool verify, Dice dice) {
    return std::make_shared<ExchangeSession>(phone, verify, dice);
}

}  // namespace fieldsync::simulation
