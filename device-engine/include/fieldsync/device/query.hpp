// Query: which records, in which order. Runs over what this device shows: the records of shown scopes with
// the pending changes on top. A field that a record does not have counts as its default.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fieldsync/schema/record.hpp"

namespace fieldsync::device {

enum class Match : std::uint8_t {
    equals = 1,
    not_equals,
    less,  // the ranges never match a field that is null
    less_or_equal,
    greater,
    greater_or_equal,
    prefix,    // of a text, byte for byte
    contains,  // a text within a text, ASCII letters in either case; or an element of a set
    in,        // one of `any_of`
};

struct Filter {
    schema::FieldNumber field{};
    Match match = Match::equals;
    schema::Value value{};
    std::vector<schema::Value> any_of{};  // of Match::in
};

struct Order {
    schema::FieldNumber field{};
    bool descending = false;
};

struct Query {
    schema::EntityNumber entity{};
    std::vector<Filter> filters{};  // all of them must match
    std::vector<Order> order{};     // null first, texts byte for byte; then, always, by uid
    std::size_t offset = 0;
    std::size_t limit = 0;  // 0: all

    // For writing one down in place.
    Query& where(schema::FieldNumber field, schema::Value value) {
        return where(field, Match::equals, std::move(value));
    }
    Query& where(schema::FieldNumber field, Match match, schema::Value value) {
        filters.push_back({field, match, std::move(value), {}});
        return *this;
    }
    Query& where_in(schema::FieldNumber field, std::vector<schema::Value> values) {
        filters.push_back({field, Match::in, {}, std::move(values)});
        return *this;
    }
    Query& order_by(schema::FieldNumber field, bool descending = false) {
        order.push_back({field, descending});
        return *this;
    }
    Query& page(std::size_t from, std::size_t count) {
        offset = from, limit = count;
        return *this;
    }
};

// How a query is answered.
struct Plan {
    enum class Access : std::uint8_t {
        all,     // every record of the entity is looked at
        equals,  // an index finds those with one of some values
        range,   // an index finds those between two values
        order,   // an index gives all, in order
    };
    Access access = Access::all;
    std::string index;         // the indexed field's name; empty: none
    bool is_ordered = false;   // the index gives the order that was asked for
    std::size_t examined = 0;  // records looked at, once run
};

struct QueryResult {
    std::vector<schema::Record> records;
    Plan plan;
};

// What a commit changed in an observed query's result. Never all empty.
struct Difference {
    std::vector<schema::Uid> added, changed, removed;
};
using Observer = std::function<void(const Difference&)>;

// Ends the observation when destroyed; afterwards the observer is not running and will not be called. It may
// be destroyed by its own observer, and after the engine.
class Subscription {
  public:
    class Ending;
    Subscription() noexcept;  // of nothing
    explicit Subscription(std::unique_ptr<Ending> ending);
    Subscription(Subscription&&) noexcept;
    Subscription& operator=(Subscription&&) noexcept;
    ~Subscription();

  private:
    std::unique_ptr<Ending> ending_;
};

}  // namespace fieldsync::device
