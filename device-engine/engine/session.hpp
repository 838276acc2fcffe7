// Session: what a sync session needs of the store (sync::SessionStore), each call one transaction. Owned by
// the engine.
#pragma once

#include <atomic>
#include <mutex>

#include "fieldsync/schema/schema.hpp"
#include "fieldsync/sync/device_session.hpp"
#include "fieldsync/sync/environment.hpp"
#include "store/environment.hpp"

namespace fieldsync::device {

class Commits;

class Session final : public sync::SessionStore {
  public:
    Session(store::Environment& environment, Commits& commits, const schema::Schema& schema,
            sync::Clock& clock, sync::Random& random)
        : environment_(environment), commits_(commits), schema_(schema), clock_(clock), random_(random) {}

    sync::Hello hello() override;
    void welcomed(const sync::Welcome& welcome) override;
    std::vector<sync::ChangeSet> outbox(std::uint64_t after, std::size_t bytes_max,
                                        std::size_t sets_max) override;
    void store_receipts(const std::vector<sync::Receipt>& receipts) override;
    void renumber() override;
    void apply(const sync::Chunk& chunk) override;
    std::vector<sync::ScopeChecksum> checksums() override;
    sync::Cursor cursor() override;
    void resend_scopes(const std::vector<schema::Uid>& diverged) override;
    void on_local_write(std::function<void()> wake) override;

    void resync(std::optional<schema::Seq> fork);  // Engine::resync
    // After a commit, with no transaction open; any thread.
    void wrote_locally();
    // Change-sets applied anew up to now: what syncing a full outbox costs.
    [[nodiscard]] std::uint64_t replays() const { return replays_; }

  private:
    store::Environment& environment_;
    Commits& commits_;
    const schema::Schema& schema_;
    sync::Clock& clock_;
    sync::Random& random_;
    std::atomic<std::uint64_t> replays_ = 0;
    std::mutex waking_;
    std::function<void()> wake_;
};

}  // namespace fieldsync::device
