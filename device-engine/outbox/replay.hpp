// Replay: applies one change-set's changes to what queries see, with the effects that the rulebook derives
// from them: at the local write, and again whenever the server's versions beneath changed. Provisional
// throughout: the confirmed versions stay as they are. Notes what the change-set touches. Inside one
// transaction.
#pragma once

#include <memory_resource>
#include <unordered_map>
#include <vector>

#include "engine/work.hpp"
#include "fieldsync/schema/rules.hpp"
#include "outbox/touch.hpp"

namespace fieldsync::device {

// Fields that pending change-sets have set, among those that are applied together.
class OwnFields {
  public:
    void add(const schema::Change& change);
    [[nodiscard]] bool contains(const schema::RecordKey& key, schema::FieldNumber field) const;

  private:
    std::pmr::monotonic_buffer_resource memory_;
    std::pmr::unordered_map<schema::RecordKey, std::pmr::vector<schema::FieldNumber>> fields_{&memory_};
};

class Replay {
  public:
    // `set`: its uid and made_at count. `earlier`: added to, for the next change-set's Replay.
    Replay(Work& work, const Account& account, const sync::ChangeSet& set, OwnFields& earlier);

    // Changes that have nothing to apply to (an evicted or deleted record) are noted and skipped. `change` has
    // the computed fields as well while this runs.
    void apply(schema::Change& change);
    // For who just looked: `before` is the record as it is, nothing where there is none.
    void apply(schema::Change& change, const schema::Record* before);

    [[nodiscard]] const schema::RuleContext& context() const { return context_; }
    // What was touched up to now: records, and marks of the scopes written in.
    [[nodiscard]] const Touches& touches() const { return touches_; }

  private:
    void insert(const schema::Change& change, const schema::Record* there, Touch& touch);
    void update(const schema::Change& change, const schema::Record* before, Touch& touch);
    void remove(const schema::Change& change, const schema::Record* before, Touch& touch);
    void run_effects(const schema::Change& change, const schema::Record* before, const schema::Record* after);
    void apply_effect(const schema::Change& effect);
    [[nodiscard]] schema::Record drafted(const schema::Change& change) const;
    void set_fields(const schema::Change& change, schema::Record& record) const;
    void merge_fields(const schema::Change& change, schema::Record& record) const;
    [[nodiscard]] bool set_by_others(const schema::Record& confirmed, const schema::FieldChange& item) const;
    [[nodiscard]] bool has(const schema::RecordKey& key) const { return work_.records.view().has(key); }
    [[nodiscard]] std::optional<schema::RecordKey> root_of(const schema::Record& record) const;
    [[nodiscard]] bool belongs_here(const schema::Record& record) const;
    void touch_scope(const schema::Record& record);
    void touch_scope(const schema::Uid& scope);
    Touch& touch(const schema::RecordKey& key, const schema::Record* before);
    void put(const schema::Record* before, const schema::Record& after, Touch& touch);
    void erase(const schema::Record& before, Touch& touch);

    Work& work_;
    schema::RuleContext context_;
    OwnFields& own_fields_;
    std::pmr::monotonic_buffer_resource memory_;
    Touches touches_{&memory_};
};

// Gives the records among `writes` the ids that the server gave them.
void give_ids(const sync::Receipt& receipt, const std::vector<schema::RecordKey>& writes, Records& records);

}  // namespace fieldsync::device
