// Rebase: puts the pending change-sets back on top of the confirmed versions after these changed, or after
// one of the change-sets ended or was refused. Only those that share records with what changed are applied
// anew, in the order they were made. And the ways out of the outbox, after which the rest is rebased. Inside
// one transaction.
//
// As a rule the server does what was forecast: a record that change-sets which end have brought to just what
// the server says of it looks to those behind them as it did before, so they stay as they are (`follows`).
// Else a thousand visits of one lead would be applied anew with each chunk that confirms a few of them.
#pragma once

#include <map>
#include <set>
#include <unordered_set>

#include "engine/work.hpp"

namespace fieldsync::device {

class Rebase {
  public:
    explicit Rebase(Work& work) : work_(work) {}

    // The receipts of change-sets that are pending; others are passed over (the first answer holds for good).
    // `now_us`: corrected wall clock, for the rejected box.
    void take_receipts(const std::vector<sync::Receipt>& receipts, std::int64_t now_us);
    // Ends what the cursor and the scopes have caught up with. `now_us`: corrected wall clock, for the
    // archive.
    void end_settled(std::int64_t now_us);
    // Everything that is pending.
    void disturb_all();
    // Applies anew what the confirmed versions' changes, the moved scopes and the steps above have disturbed.
    void run();

    // Change-sets applied anew.
    [[nodiscard]] std::uint64_t replays() const { return replays_; }

  private:
    // What change-sets that end did to a record, in order.
    using Steps = std::map<Position, Touch>;

    // Is the record, to those that touch it still, what it was?
    [[nodiscard]] bool follows(const schema::RecordKey& key, const Steps& ended) const;
    [[nodiscard]] bool is_by_others(schema::Seq seq) const;
    void loosen_versions(const std::vector<schema::RecordKey>& keys, schema::Seq seq);
    void remove(Position position);
    void disturb(const schema::RecordKey& key);
    [[nodiscard]] std::set<Position> connected(std::set<Position> positions) const;
    void take_back(const std::set<Position>& positions);
    // Positions outside of `positions` that share a record with what these touch now.
    [[nodiscard]] std::set<Position> apply(const std::set<Position>& positions);

    Work& work_;
    std::set<Position> disturbed_;
    std::unordered_set<schema::RecordKey> followed_;
    std::uint64_t replays_ = 0;
    std::unordered_set<schema::RecordKey>
        loosened_;  // records below which something other than their version changed
};

}  // namespace fieldsync::device
