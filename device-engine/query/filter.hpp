// What a query's filters and order say of single records. Pure.
#pragma once

#include "fieldsync/device/error.hpp"
#include "fieldsync/device/query.hpp"
#include "fieldsync/schema/schema.hpp"
#include "fieldsync/sync/field_view.hpp"
#include "query/text_search.hpp"

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
    CheckedQuery(const Query& query, const schema::EntityTable& table);

    // A filter with what is worked out once for all records.
    struct Test {
        const Filter* filter;
        const schema::Field* field;
        std::optional<TextSearch> search;  // of Match::contains
        // A stored record without this text anywhere in its bytes does not match.
        bool is_in_bytes = false;
    };
    static bool holds(const Test& test, const schema::Value& value);
    static bool holds(const Test& test, std::string_view text);
    static bool holds(const Test& test, const sync::FieldView& view);

    const Query* query_;
    const schema::EntityTable* table_;
    std::vector<Test> tests_;
};

}  // namespace fieldsync::device
