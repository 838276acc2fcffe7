// Record: one of an entity, as both ends hold it; Change and ChangeSet: what a write says.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fieldsync/schema/field.hpp"

namespace fieldsync::schema {

// A change-set's place in its business's change-log: from 1, gap-free, in commit order.
enum class Seq : std::uint64_t {};
constexpr std::uint64_t number(Seq seq) {
    return static_cast<std::uint64_t>(seq);
}
constexpr std::uint16_t number(EntityNumber entity) {
    return static_cast<std::uint16_t>(entity);
}
constexpr std::uint16_t number(FieldNumber field) {
    return static_cast<std::uint16_t>(field);
}

// Values by field number, sorted. Fields that are null are kept when set so (a cleared field), absent
// otherwise.
class FieldMap {
  public:
    using Item = std::pair<FieldNumber, Value>;

    [[nodiscard]] const Value* get(FieldNumber field) const;
    void set(FieldNumber field, Value value) { *try_emplace(field).first = std::move(value); }
    // Its value, and whether it is a new one (null).
    std::pair<Value*, bool> try_emplace(FieldNumber field);
    void erase(FieldNumber field);
    void reserve(std::size_t fields) { items_.reserve(fields); }
    [[nodiscard]] const std::vector<Item>& items() const { return items_; }
    [[nodiscard]] bool empty() const { return items_.empty(); }
    bool operator==(const FieldMap&) const = default;

    // Typed looks; the fallback stands for absent, null and another type.
    [[nodiscard]] std::string text(FieldNumber field) const;
    [[nodiscard]] std::int64_t integer(FieldNumber field, std::int64_t fallback = 0) const;
    [[nodiscard]] bool boolean(FieldNumber field) const;
    [[nodiscard]] Uid uid(FieldNumber field) const;  // nil when there is none

  private:
    std::vector<Item> items_;
};

struct Record {
    EntityNumber entity{};
    Uid uid;
    std::int64_t id = 0;  // the server's number for REST; 0 until it has one
    Seq seq{};            // of the last change the server confirmed; 0 before
    Uid scope;
    FieldMap fields;

    bool operator==(const Record&) const = default;
};

struct RecordKey {
    EntityNumber entity{};
    Uid uid;
    auto operator<=>(const RecordKey&) const = default;
};

// Wire numbers.
enum class Operation : std::uint8_t {
    insert = 1,
    update = 2,
    remove = 3,
    gone = 4,  // left this scope for another; only in the change-log
};

struct FieldChange {
    FieldNumber field{};
    Value value;
    Seq base{};                            // of the confirmed record that the author saw
    std::optional<std::string> base_text;  // merge_text: the text the author had before him
    StringSet added, removed;              // union_sets
    bool reopens = false;                  // closed_wins: a move to open whose author saw it closed

    bool operator==(const FieldChange&) const = default;
};

struct Change {
    EntityNumber entity{};
    Uid uid;
    Operation operation = Operation::update;
    std::vector<FieldChange> fields;  // arguments included

    [[nodiscard]] const FieldChange* find(FieldNumber field) const;
    [[nodiscard]] const Value* get(FieldNumber field) const;
    // Sets or replaces a plain value.
    void set(FieldNumber field, Value value);
    bool operator==(const Change&) const = default;
};

}  // namespace fieldsync::schema

template <>
struct std::hash<fieldsync::schema::RecordKey> {
    std::size_t operator()(const fieldsync::schema::RecordKey& key) const noexcept {
        return std::hash<fieldsync::schema::Uid>{}(key.uid) + fieldsync::schema::number(key.entity);
    }
};
