// Engine: one store, opened: local writes, queries, observers, and what a sync session needs. Offline
// throughout; the transports move the messages. Owned by the app, the daemon or a test. Any thread may call
// anything, but not from inside a transaction (there is no way to get into one); each call is one short
// transaction, durable when it returns. Several processes may have the same store open. StoreFailure is
// thrown when the store cannot go on.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fieldsync/device/account.hpp"
#include "fieldsync/device/commit_points.hpp"
#include "fieldsync/device/error.hpp"
#include "fieldsync/device/outbox.hpp"
#include "fieldsync/device/query.hpp"
#include "fieldsync/schema/schema.hpp"
#include "fieldsync/sync/environment.hpp"

namespace fieldsync::sync {
class SessionStore;
}

namespace fieldsync::device {

struct EngineOptions {
    std::filesystem::path path;    // a directory of its own; made when missing
    sync::Clock* clock = nullptr;  // these three outlive the engine
    sync::Random* random = nullptr;
    const schema::Schema* schema = &schema::Schema::current();
    std::size_t map_size_first = std::size_t{64} << 20;  // bytes of a new store's map; it grows by itself
    CommitPoints* points = nullptr;                      // of tests; outlives the engine as well
};

// The right to sync this store, held by one process at a time (a daemon, or a command). Given up when
// destroyed.
class SyncLease {
  public:
    class Held;
    explicit SyncLease(std::unique_ptr<Held> held);
    SyncLease(SyncLease&&) noexcept;
    SyncLease& operator=(SyncLease&&) noexcept;
    ~SyncLease();

  private:
    std::unique_ptr<Held> held_;
};

class Engine {
  public:
    // Errors: already_open, newer_format, storage.
    static Result<std::unique_ptr<Engine>> open(const EngineOptions& options);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // --- whose store this is
    [[nodiscard]] schema::Uid device() const;  // made once, kept by wipe()
    [[nodiscard]] schema::Uid store() const;   // anew by wipe(), renumbering and resync()
    [[nodiscard]] std::optional<Account> account() const;
    // The same user of the same business: takes the new token, keeps everything. Somebody else: wipes the
    // store first when nothing is unsent or rejected, else error another_user.
    Result<void> sign_in(const Account& account);
    // Forgets everything but the device's uid, unsent work too.
    void wipe();

    // --- local writes
    [[nodiscard]] schema::Uid new_uid();  // for a record that other changes of the same write refer to
    // All of the changes or none. Inserts with a nil uid get one. A FieldChange may bring the text or the set
    // elements that the author started from (base_text; added and removed with a null value), else these are
    // taken from what the record shows now. Errors: not_signed_in, refused.
    Result<LocalWrite> write(const std::vector<schema::Change>& changes);

    // --- reading
    [[nodiscard]] std::optional<schema::Record> get(const schema::RecordKey& key) const;
    [[nodiscard]] std::optional<schema::Record> get(schema::EntityNumber entity, std::int64_t id) const;
    // Of one record these fields alone, for who shows no others: no more of it is read.
    [[nodiscard]] std::optional<schema::FieldMap> get(const schema::RecordKey& key,
                                                      std::span<const schema::FieldNumber> fields) const;
    // Errors of these four: bad_query.
    [[nodiscard]] Result<QueryResult> query(const Query& query) const;
    [[nodiscard]] Result<std::size_t> count(const Query& query) const;  // without the page
    [[nodiscard]] Result<Plan> plan(const Query& query) const;
    // Told after each commit of this engine that changes the query's result. The observer may call the
    // engine.
    [[nodiscard]] Result<Subscription> observe(Query query, Observer observer);
    // Of the last commit by any process: another number than before means that something was written.
    [[nodiscard]] std::uint64_t last_transaction() const;

    // --- work on its way
    // In the order they were made; `after`: uid of the last one seen, nil for the first page. limit 0: all.
    [[nodiscard]] std::vector<OutboxItem> outbox(const schema::Uid& after = {}, std::size_t limit = 0) const;
    [[nodiscard]] std::vector<RejectedItem> rejected() const;
    // Error not_found.
    Result<void> drop_rejected(const schema::Uid& change_set);
    // As a new change-set made now. Errors: as write(), then it stays in the box; not_found.
    Result<LocalWrite> resend_rejected(const schema::Uid& change_set);
    [[nodiscard]] Status status() const;
    void set_sync_state(std::string_view state);  // for people: why nothing is going on, or that all is well

    // --- sync
    // What sync::DeviceSession works on; lives as long as the engine.
    [[nodiscard]] sync::SessionStore& session_store();
    // The server cannot serve this cursor any more: everything is pulled anew and shown meanwhile; the outbox
    // stays. `fork`: the server was restored and knows the log below here alone; what took effect later, in
    // the last 14 days, is offered again, by a store with a new id.
    void resync(std::optional<schema::Seq> fork = std::nullopt);
    // Nothing while another process holds it.
    [[nodiscard]] std::optional<SyncLease> try_sync_lease() const;
    // For who cannot have it: whoever has the lease and waits shall try now. How often that was asked.
    void ask_to_sync();
    [[nodiscard]] std::uint64_t syncs_asked() const;

  private:
    struct Parts;
    explicit Engine(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace fieldsync::device
