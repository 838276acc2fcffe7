// The records that one change-set touches: read once, changed in memory, written once at the end. The
// rulebook and the resolver look through it, so they see what the change-set did so far. Nothing is written
// before it is sure that the change-set is taken. Lives for one change-set, one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "fieldsync/schema/rules.hpp"
#include "fieldsync/sync/messages.hpp"
#include "records/record_table.hpp"
#include "write_path/write_group.hpp"

namespace fieldsync::server {

class WorkingSet final : public schema::RecordReader {
  public:
    struct Entry {
        std::optional<StoredRecord> before;  // as the database has it
        std::optional<StoredRecord> now;     // nothing: not there, or deleted
        bool touched = false;
    };

    WorkingSet(WriteGroup& group, const RecordTables& tables, BusinessId business, schema::Uid business_uid);

    // RecordReader, over what the change-set did so far.
    [[nodiscard]] std::optional<schema::Record> find(schema::EntityNumber entity,
                                                     const schema::Uid& uid) const override;
    void each(schema::EntityNumber entity, schema::FieldNumber field, const schema::Uid& target,
              const std::function<bool(const schema::Record&)>& visit) const override;

    // The entry of a record, read on first use. The reference stays good.
    Entry& entry(const schema::RecordKey& key);

    // Looks whether any record ever had this uid, of whatever entity: the change-log and the tombstones know
    // of all that were. For one that is new no table is asked afterwards.
    void look_whether_new(const schema::Uid& uid);
    // Whether that was asked, and answered with yes.
    [[nodiscard]] bool is_new(const schema::Uid& uid) const {
        const auto looked = is_new_.find(uid);
        return looked != is_new_.end() && looked->second;
    }
    // It was made and deleted in this very change-set: it is not new any more.
    void is_no_longer_new(const schema::Uid& uid) { is_new_[uid] = false; }

    // Records changed, made or deleted, in the order they were touched first.
    void touch(const schema::RecordKey& key);
    void insert(StoredRecord stored);
    void remove(const schema::RecordKey& key);
    [[nodiscard]] const std::vector<schema::RecordKey>& touched() const { return order_; }
    [[nodiscard]] const Entry& touched_entry(const schema::RecordKey& key) const { return entries_.at(key); }

    // Every record of a scope that the database holds, with what was done to it here.
    [[nodiscard]] std::vector<schema::RecordKey> in_scope(const schema::Uid& scope);

    // Says what was touched as log changes as of `seq`; new records get their ids (added to `ids`). Nothing
    // to write gives no changes.
    std::vector<sync::LogChange> prepare(schema::Seq seq, std::vector<sync::IdGiven>& ids);
    // Writes what was prepared.
    void write();

  private:
    Entry& load(const schema::RecordKey& key) const;
    void prepare_entry(Entry& entry, schema::Seq seq, std::vector<sync::LogChange>& log,
                       std::vector<sync::IdGiven>& ids);
    sync::LogChange log_change(const StoredRecord& stored, schema::Operation operation,
                               schema::Seq seq) const;

    struct Pending {
        Entry* entry = nullptr;                    // stays where it is
        std::vector<schema::FieldNumber> changed;  // of an update
    };

    WriteGroup& group_;
    storage::Connection& connection_;
    const RecordTables& tables_;
    BusinessId business_;
    schema::Uid business_uid_;
    mutable std::unordered_map<schema::RecordKey, Entry> entries_;
    std::vector<schema::RecordKey> order_;
    std::unordered_map<schema::Uid, bool> is_new_;  // of those that were looked for
    std::vector<Pending> pending_;
};

}  // namespace fieldsync::server
