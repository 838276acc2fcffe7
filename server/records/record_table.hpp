// The tables of entities, as the schema describes them: their SQL is made here once, and rows become records
// here.
//
//   business_id | id | uid | scope | seq | clock | a column a stored field
//
// Immutable after construction, any thread; the connection is the caller's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "fieldsync/schema/schema.hpp"
#include "records/clock_blob.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server {

struct StoredRecord {
    schema::Record record;
    RecordClock clock;
};

class RecordTable {
  public:
    explicit RecordTable(const schema::EntityTable& entity);

    [[nodiscard]] const schema::EntityTable& entity() const { return entity_; }
    [[nodiscard]] const std::string& name() const { return name_; }  // quoted

    [[nodiscard]] std::optional<StoredRecord> find(storage::Connection& connection, BusinessId business,
                                                   const schema::Uid& uid) const;
    // Those whose relation, a listed one (schema/field.hpp), holds `target`; all of the business for
    // FieldNumber 0. False from the visitor stops.
    void each(storage::Connection& connection, BusinessId business, schema::FieldNumber field,
              const schema::Uid& target, const std::function<bool(const StoredRecord&)>& visit) const;
    // By id, from after `id`; of one scope, or of all for a nil one.
    void page(storage::Connection& connection, BusinessId business, const schema::Uid& scope,
              std::int64_t after_id, std::int64_t rows_max,
              const std::function<bool(const StoredRecord&)>& visit) const;
    [[nodiscard]] std::int64_t count(storage::Connection& connection, BusinessId business,
                                     const schema::Uid& scope, std::int64_t after_id) const;

    // Does another record than this, of any business, hold this text in a unique field? A writer's answer holds
    // until the end of his transaction.
    [[nodiscard]] bool is_taken(storage::Connection& connection, const schema::Field& field,
                                std::string_view text, const schema::Uid& uid) const;

    void insert(storage::Connection& connection, BusinessId business, const StoredRecord& stored) const;
    // Writes scope, seq, clock and `changed`.
    void update(storage::Connection& connection, BusinessId business, const StoredRecord& stored,
                const std::vector<schema::FieldNumber>& changed) const;
    void remove(storage::Connection& connection, BusinessId business, const schema::Uid& uid) const;

    // The stored fields, in the order of their columns.
    [[nodiscard]] const std::vector<const schema::Field*>& columns() const { return columns_; }

  private:
    StoredRecord read(storage::Row& row) const;
    void each_of_business(storage::Connection& connection, BusinessId business,
                          const std::function<bool(const StoredRecord&)>& visit) const;

    const schema::EntityTable& entity_;
    std::string name_;
    std::vector<const schema::Field*> columns_;
    std::string select_, find_sql_, page_sql_, page_scope_sql_, insert_sql_, remove_sql_;
    std::unordered_map<std::uint16_t, std::string> each_sql_;
};

class RecordTables {
  public:
    explicit RecordTables(const schema::Schema& schema);
    [[nodiscard]] const schema::Schema& schema() const { return schema_; }
    [[nodiscard]] const RecordTable& at(schema::EntityNumber entity) const;
    [[nodiscard]] const std::vector<RecordTable>& all() const { return tables_; }

  private:
    const schema::Schema& schema_;
    std::vector<RecordTable> tables_;
};

}  // namespace fieldsync::server
