// WriteGroup: what the change-sets of one transaction need of the database again and again. Heads, stores'
// numbers and id counters are read when first asked for, move in memory, and are written once, by settle();
// records that everybody names (the business, its users, stages, properties) are kept as read until the group
// itself writes them. Only who has taken a business's head writes any of this, so that nothing kept here gets old:
// head() comes first.
//
// Lives for one transaction; what a rollback undoes goes with it. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fieldsync/sync/messages.hpp"
#include "records/record_table.hpp"

namespace fieldsync::server {

class WriteGroup {
  public:
    WriteGroup(storage::Connection& connection, const RecordTables& tables);
    WriteGroup(const WriteGroup&) = delete;
    WriteGroup& operator=(const WriteGroup&) = delete;

    [[nodiscard]] storage::Connection& connection() const { return connection_; }

    sync::Cursor head(BusinessId business);
    void move_head(BusinessId business, const sync::Cursor& head);

    // 0 for a store that never pushed or was never seen; the number of the latter cannot be moved.
    std::uint64_t last_number(BusinessId business, const schema::Uid& store);
    void move_last_number(BusinessId business, const schema::Uid& store, std::uint64_t last);

    // The next id of an entity in a business, for REST. Those since the last keep_ids() can be given back.
    std::int64_t next_id(BusinessId business, std::string_view entity);
    void keep_ids();
    void give_back_ids();

    // Nil while the business has no record of itself.
    schema::Uid business_uid(BusinessId business);

    // A record as the database has it.
    std::optional<StoredRecord> find(BusinessId business, const schema::RecordKey& key);
    // It was written: what is kept of it is not so any more.
    void forget(BusinessId business, const schema::RecordKey& key);

    // Writes what moved. After it the database has everything, and nothing is kept: for the end of the
    // transaction, and before anybody else looks or writes inside it.
    void settle();

  private:
    // A number as the database has it, and as it is now.
    struct Number {
        std::int64_t stored = 0, now = 0;
        bool exists = false;
    };
    struct Head {
        sync::Cursor stored, now;
    };
    using Store = std::pair<BusinessId, schema::Uid>;
    using Key = std::pair<BusinessId, schema::RecordKey>;
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept {
            return std::hash<schema::RecordKey>{}(key.second) + static_cast<std::size_t>(key.first);
        }
    };

    // Named by many records, and read with each of them.
    [[nodiscard]] bool is_shared(schema::EntityNumber entity) const;
    Number& number_of(BusinessId business, const schema::Uid& store);

    storage::Connection& connection_;
    const RecordTables& tables_;
    std::map<BusinessId, Head> heads_;
    std::map<Store, Number> numbers_;
    std::map<BusinessId, std::map<std::string, Number, std::less<>>> ids_;
    std::vector<Number*> ids_given_;  // since keep_ids()
    std::map<BusinessId, schema::Uid> business_uids_;
    std::unordered_map<Key, StoredRecord, KeyHash> shared_;
};

}  // namespace fieldsync::server
