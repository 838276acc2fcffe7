// Ledger: what somebody did on one phone, change-set by change-set, beside the phone's own books. Whatever happens to
// the phone, each is in exactly one state.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "fieldsync/device/engine.hpp"
#include "simulation/town.hpp"

namespace fieldsync::simulation {

class Ledger {
  public:
    struct Own {
        sync::ChangeSet set;
        bool is_rejected = false, is_dropped = false;
        bool is_ended = false;                 // it took effect, and the phone is done with it
        std::optional<sync::Receipt> receipt;  // the latest that was told
    };

    void wrote(const sync::ChangeSet& set) { own_[set.uid].set = set; }
    void dropped(const Uid& set) { own_.at(set).is_dropped = true; }
    // The server says so; the phone may die before it has stored it.
    void told(const sync::Receipt& receipt, bool server_was_restored);
    // The phone begins anew after the server was restored: what took effect may be pending again.
    void offers_again() { may_be_pending_again_ = true; }
    // The phone died while it was written to: whether that is there shows when it starts again.
    void may_have_written() { may_have_written_ = true; }

    // Compares with the phone's books. Throws Violation.
    void compare(const device::Engine& engine);

    [[nodiscard]] const std::map<Uid, Own>& all() const { return own_; }

  private:
    void compare_outbox(const std::vector<device::OutboxItem>& outbox, std::set<Uid>& seen);
    void compare_own_writes(const device::Engine& engine,
                            const std::vector<device::OutboxItem>& outbox) const;

    std::map<Uid, Own> own_;
    bool may_be_pending_again_ = false, may_have_written_ = false;
};

}  // namespace fieldsync::simulation
