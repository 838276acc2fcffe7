// MiniServer: the least that a device can be synced with: applies change-sets with the rulebook's effects,
// keeps a log, sends snapshots in pieces, evicts. Not the server's write path: conflicts end with the last to
// arrive.
#pragma once

#include <map>
#include <random>
#include <set>

#include "world.hpp"

namespace fieldsync::testing {

class MiniServer final : public schema::RecordReader {
  public:
    MiniServer(const World& world, std::uint64_t seed);

    // RecordReader
    [[nodiscard]] std::optional<Record> find(schema::EntityNumber entity, const Uid& uid) const override;
    void each(schema::EntityNumber entity, FieldNumber field, const Uid& target,
              const std::function<bool(const Record&)>& visit) const override;

    // Applies or rejects; known uids get their first receipt again.
    sync::Receipt push(const sync::ChangeSet& set, bool reject);
    // Somebody else's write.
    void write(const Change& change);
    void grant(const Uid& scope);
    // To be sent at once.
    sync::Chunk evict(const Uid& scope);
    // The next piece of what the device has not got: at most `entries` of the log, a piece of some snapshots.
    sync::Chunk next_chunk(std::uint64_t entries);

    [[nodiscard]] std::uint64_t head() const { return head_; }
    [[nodiscard]] const std::map<RecordKey, Record>& records() const { return records_; }
    [[nodiscard]] const std::map<Uid, std::uint64_t>& granted() const { return granted_; }
    [[nodiscard]] bool is_all_sent() const { return sent_ == head_ && filling_.empty() && begun_.empty(); }

  private:
    struct Snapshot {
        std::vector<RecordKey> keys;  // still to be sent
    };
    void commit(const Change& change, const Uid& change_set, std::int64_t made_at_us, sync::Receipt& receipt);
    void apply(const Change& change, sync::Receipt& receipt);
    [[nodiscard]] std::set<RecordKey> members(const Uid& scope) const;

    const World& world_;
    std::mt19937_64 random_;
    std::map<RecordKey, Record> records_;
    std::vector<sync::LogChange> log_;
    std::map<Uid, std::uint64_t> granted_;  // and from which seq on
    std::map<Uid, Snapshot> filling_;
    std::vector<Uid> begun_;
    std::map<Uid, sync::Receipt> receipts_;
    std::uint64_t head_ = 100, sent_ = 100;
    std::int64_t last_id_ = 1000;
};

}  // namespace fieldsync::testing
