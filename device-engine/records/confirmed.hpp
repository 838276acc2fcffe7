// Confirmed: the server's version of every record of the shown scopes. Where no pending change-set touches a
// record that is what stands in `records`; where one does it is kept in `confirmed` ("covered"), and what
// queries see lies on top.
//
//      server ─► put, erase ─┬─ covered ──► confirmed      (noted: pending change-sets are applied anew)
//                            └─ otherwise ► records
//      pending change-set ─► cover, then Records::put, erase      ended, rejected, applied anew ─► uncover
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "records/records.hpp"

namespace fieldsync::device {

class ConfirmedView {
  public:
    ConfirmedView(const store::ReadTransaction& tables, const schema::Schema& schema)
        : tables_(tables), records_(tables, schema) {}

    [[nodiscard]] bool covers(const schema::RecordKey& key) const;
    [[nodiscard]] std::optional<schema::Record> find(const schema::RecordKey& key) const;
    // Of a scope; all records for the nil one.
    [[nodiscard]] std::vector<schema::RecordKey> members(const schema::Uid& scope) const;

  private:
    const store::ReadTransaction& tables_;
    RecordView records_;
};

class Confirmed {
  public:
    Confirmed(store::WriteTransaction& tables, Records& records, const schema::Schema& schema)
        : tables_(tables), records_(records), view_(tables, schema) {}

    [[nodiscard]] std::optional<schema::Record> find(const schema::RecordKey& key) const;
    [[nodiscard]] std::vector<schema::RecordKey> members(const schema::Uid& scope) const;

    void put(const schema::Record& record);
    void erase(const schema::RecordKey& key);

    // Before a pending change-set writes a record, which is now as `before` says; again and again does no harm.
    void cover(const schema::RecordKey& key, const schema::Record* before);
    // Back to the server's version.
    void uncover(const schema::RecordKey& key);

    // What is shown of a covered record stays as it is, but for the seq and the id of the server's version.
    void follow(const schema::RecordKey& key);

    // A covered record whose confirmed version changed in this transaction. Most of them are uncovered before
    // it ends: until then the new version is kept here alone.
    struct Change {
        std::optional<schema::Record> before, after;
        bool is_stored = false;
    };
    using Changes = std::unordered_map<schema::RecordKey, Change>;
    [[nodiscard]] const Changes& changed() const { return changed_; }
    // What is kept here, into the tables. Once, before the transaction ends.
    void store();

  private:
    [[nodiscard]] const Change* unstored(const schema::RecordKey& key) const;
    void replace(const schema::RecordKey& key, const schema::Record* after);
    void keep(const schema::RecordKey& key, Change& change, const schema::Record* after);

    store::WriteTransaction& tables_;
    Records& records_;
    ConfirmedView view_;
    Changes changed_;
    // Those that are not stored, by scope.
    std::unordered_map<schema::Uid, std::unordered_set<schema::RecordKey>> kept_members_;
};

}  // namespace fieldsync::device
