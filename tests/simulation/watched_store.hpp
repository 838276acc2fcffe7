// WatchedStore: a phone's store as its sync sessions see it, looked at after every step.
#pragma once

#include "fieldsync/sync/device_session.hpp"
#include "simulation/phone.hpp"

namespace fieldsync::simulation {

class WatchedStore final : public sync::SessionStore {
  public:
    explicit WatchedStore(Phone& phone) : phone_(phone), store_(phone.engine().session_store()) {}

    sync::Hello hello() override { return store_.hello(); }
    void welcomed(const sync::Welcome& welcome) override { store_.welcomed(welcome); }
    std::vector<sync::ChangeSet> outbox(std::uint64_t after, std::size_t bytes_max,
                                        std::size_t sets_max) override {
        auto sets = store_.outbox(after, bytes_max, sets_max);
        if (!sets.empty())
            phone_.say("pushes " + std::to_string(sets.front().number) + " to " +
                       std::to_string(sets.back().number));
        return sets;
    }
    void store_receipts(const std::vector<sync::Receipt>& receipts) override;
    void renumber() override {
        store_.renumber();
        phone_.say("numbers its outbox anew");
    }
    void apply(const sync::Chunk& chunk) override;
    std::vector<sync::ScopeChecksum> checksums() override { return store_.checksums(); }
    sync::Cursor cursor() override { return store_.cursor(); }
    void resend_scopes(const std::vector<Uid>& diverged) override;

  private:
    Phone& phone_;
    sync::SessionStore& store_;
};

}  // namespace fieldsync::simulation
