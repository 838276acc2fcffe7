// Rebase: puts the pending change-sets back on top of the confirmed versions after these changed, or after
// one of the change-sets ended or was refused. Only those that share records with what changed are applied
// anew, in the order they were made. And the ways out of the outbox, after which the rest is rebased. Inside
// one transaction.
#pragma once

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

  private:
    void loosen_versions(const std::vector<schema::RecordKey>& keys, schema::Seq seq);
    void remove(Position position);
    void disturb(const schema::RecordKey& key);
    [[nodiscard]] std::set<Position> connected(std::set<Position> positions) const;
    void take_back(const std::set<Position>& positions);
    // Positions outside of `positions` that share a record with what these touch now.
    [[nodiscard]] std::set<Position> apply(const std::set<Position>& positions);

    Work& work_;
    std::set<Position> disturbed_;
    std::unordered_set<schema::RecordKey>
        loosened_;  // records below which something other than their version changed
};

}  // namespace fieldsync::device
