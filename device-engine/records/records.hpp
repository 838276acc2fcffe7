// Records: what queries see, which is the confirmed version of each shown record with pending changes on top.
// Keeps the indexes, the members of scopes and the ids in step, and notes what changed for the observers.
// RecordView is the reading half; the rulebook looks through it. Both live inside one transaction.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "fieldsync/schema/rules.hpp"
#include "store/keys.hpp"
#include "store/transaction.hpp"

namespace fieldsync::device {

// A record that cannot be read means a damaged store: thrown.
schema::Record decode_stored(std::string_view bytes);
std::string encode_stored(const schema::Record& record);

class RecordView final : public schema::RecordReader {
  public:
    RecordView(const store::ReadTransaction& tables, const schema::Schema& schema)
        : tables_(tables), schema_(schema) {}

    [[nodiscard]] bool has(const schema::RecordKey& key) const;
    [[nodiscard]] std::optional<schema::Record> find(const schema::RecordKey& key) const;
    [[nodiscard]] std::optional<schema::Record> find(schema::EntityNumber entity,
                                                     const schema::Uid& uid) const override;
    [[nodiscard]] std::optional<schema::FieldMap> find_fields(
        const schema::RecordKey& key, std::span<const schema::FieldNumber> fields) const;
    [[nodiscard]] std::optional<schema::Record> find_id(schema::EntityNumber entity, std::int64_t id) const;
    // Through the field's index where it has one. The visitor must not write.
    void each(schema::EntityNumber entity, schema::FieldNumber field, const schema::Uid& target,
              const std::function<bool(const schema::Record&)>& visit) const override;
    [[nodiscard]] bool is_other_root(const schema::RecordKey& key) const override;

  private:
    [[nodiscard]] std::optional<std::string_view> stored(const schema::RecordKey& key) const;

    const store::ReadTransaction& tables_;
    const schema::Schema& schema_;
};

class Records {
  public:
    Records(store::WriteTransaction& tables, const schema::Schema& schema)
        : tables_(tables), schema_(schema), view_(tables, schema) {}

    [[nodiscard]] const RecordView& view() const { return view_; }
    [[nodiscard]] std::optional<schema::Record> find(const schema::RecordKey& key) const {
        return view_.find(key);
    }

    // One that is already there so is left alone.
    void put(const schema::Record& record);
    // For who just looked: `before` is what is there, nothing for a record that is not.
    void put(const schema::Record* before, const schema::Record& after);
    void erase(const schema::RecordKey& key);
    // Keys of the records in a scope.
    [[nodiscard]] std::vector<schema::RecordKey> members(const schema::Uid& scope) const;
    // Builds all indexes anew (the schema's indexed fields changed).
    void rebuild_indexes();

    // Written in this transaction, erased ones included; some several times. Once, when everything is written.
    [[nodiscard]] std::vector<schema::RecordKey> take_changed() { return std::move(changed_); }

  private:
    void replace(const schema::Record* before, const schema::Record* after);
    void replace_indexes(const schema::Record* before, const schema::Record* after);

    store::WriteTransaction& tables_;
    const schema::Schema& schema_;
    RecordView view_;
    std::vector<schema::RecordKey> changed_;
};

}  // namespace fieldsync::device
