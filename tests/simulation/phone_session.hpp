// PhoneSession: one sync session of a phone, as the device's transports carry it over a WebSocket or in HTTP
// exchanges; their blocking sockets are what a simulation cannot have.
#pragma once

#include <memory>
#include <vector>

#include "fieldsync/sync/device_session.hpp"
#include "simulation/phone.hpp"

namespace fieldsync::simulation {

class PhoneSession {
  public:
    virtual ~PhoneSession() = default;
    virtual void begin() = 0;
    virtual void outbox_grew() = 0;
    virtual void drop() = 0;      // the process or the radio is gone
    virtual void break_up() = 0;  // the connection breaks on the way
    [[nodiscard]] virtual const sync::DeviceSession& session() const = 0;

  protected:
    explicit PhoneSession(Phone& phone) : phone_(phone) {}
    void end(device::SyncEnd end, const std::string& message, bool renumbered = false) {
        if (is_over_) return;
        is_over_ = true;
        phone_.session_ended(end, message, renumbered);
    }
    void end_by(const sync::DeviceSession& session);
    // A step of the session; a store that cannot go on ends it.
    template <class F>
    void step(F work) {
        if (is_over_) return;
        try {
            work();
        } catch (const device::StoreFailure& failure) {
            drop();
            is_over_ = false;
            end(device::SyncEnd::no_network, failure.what());
        }
    }

    Phone& phone_;
    bool is_over_ = false;
};

std::shared_ptr<PhoneSession> make_live_session(Phone& phone, bool live, bool verify, Dice dice);
std::shared_ptr<PhoneSession> make_exchange_session(Phone& phone, bool verify, Dice dice);

}  // namespace fieldsync::simulation
