// What a query's filters and order say of single records. Pure.
#pragma once

#include "fieldsync/device/error.hpp"
#include "fieldsync/device/query.hpp"
#include "fieldsync/schema/schema.hpp"

namespace fieldsync::device {

// A query that was checked against the schema. Both must outlive it.
class CheckedQuery {
  public:
    // Errors: bad_query.
    static Result<CheckedQuery> check(const Query& query, const schema::Schema& schema);

    [[nodiscard]] const Query& query() const { return *query_; }
    [[nodiscard]] const schema::EntityTable& table() const { return *table_; }

    [[nodiscard]] bool matches(const schema::Record& record) const;
    // A stored record of the query's entity, of which only the fields in question are read.
    [[nodiscard]] bool matches(std::string_view stored) const;
    // In the query's order.
    [[nodiscard]] bool before(const schema::Record& a, const schema::Record& b) const;

  private:
    CheckedQuery(const Query& query, const schema::EntityTable& table) : query_(&query), table_(&table) {}

    const Query* query_;
    const schema::EntityTable* table_;
};

}  // namespace fieldsync::device
