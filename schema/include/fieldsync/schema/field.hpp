// Field and Entity: the plain values that schema/entities.hpp is a table of. Everything that differs from
// field to field is said here, once: both databases, the wire, validation, rights, conflicts and the device's
// indexes read it.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "fieldsync/schema/value.hpp"

namespace fieldsync::schema {

// Wire numbers: explicit, never reused.
enum class EntityNumber : std::uint16_t {};
enum class FieldNumber : std::uint16_t {};

enum class Type : std::uint8_t {
    boolean,
    integer,
    decimal,
    text,
    date,
    time_of_day,
    timestamp,
    enumeration,
    relation,
    string_set,
};

// How concurrent writes of one field are resolved (design.md, Conflicts).
enum class Policy : std::uint8_t {
    last_writer,
    closed_wins,
    max,
    once_true,
    merge_text,
    union_sets,
    server_only
};

// Who may set a field, insert or delete a record: nobody but the rules; admins; admins, and staff who put
// themselves in on their own insert; or also the staff who hold the record.
enum class Writer : std::uint8_t { nobody, admin, own, staff };

// Fields that the rulebook fills by itself on both ends.
enum class Fill : std::uint8_t { none, author_at_insert, made_at_at_insert, made_at_always };

enum class Format : std::uint8_t { any, email, digits };

struct Field {
    FieldNumber number{};
    std::string_view name;
    Type type = Type::text;
    EntityNumber target{};                            // of a relation; zero: any
    std::span<const std::string_view> values;         // of an enumeration
    std::span<const std::string_view> closed_values;  // of an enumeration under closed_wins
    Policy policy = Policy::last_writer;
    Writer writer = Writer::staff;
    Fill fill = Fill::none;
    Format format = Format::any;
    bool is_required = false;
    bool is_unique = false;    // among all businesses, letters in either case; only the server can know
    bool is_indexed = false;   // on the device and on the server; relations always are
    bool is_synced = true;     // false: known to the server only, never on the wire
    bool is_argument = false;  // carried by a change for the rules, never stored
    bool is_insert_only = false;
    bool multiline = false;  // control characters other than line breaks are refused everywhere
    std::uint8_t scale = 0;  // of a decimal: digits behind the point
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    std::uint32_t chars_max = 255;  // of a text or a set's element; of Format::digits: exactly so many
    std::string_view default_text;  // of a text or an enumeration; empty: none
    std::int64_t default_number = 0;
    bool has_default = false;
    std::uint32_t since = 1;  // the schema version that brought it: devices of before do not have it

    constexpr Field required() const {
        return with([](Field& f) { f.is_required = true; });
    }
    constexpr Field unique() const {
        return with([](Field& f) { f.is_unique = true; });
    }
    constexpr Field by(Writer who) const {
        return with([=](Field& f) { f.writer = who; });
    }
    constexpr Field merged(Policy how) const {
        return with([=](Field& f) { f.policy = how; });
    }
    constexpr Field indexed() const {
        return with([](Field& f) { f.is_indexed = true; });
    }
    constexpr Field server_side() const {
        return with([](Field& f) { f.is_synced = false; });
    }
    constexpr Field argument() const {
        return with([](Field& f) { f.is_argument = true; });
    }
    constexpr Field insert_only() const {
        return with([](Field& f) { f.is_insert_only = true; });
    }
    constexpr Field lines() const {
        return with([](Field& f) { f.multiline = true; });
    }
    constexpr Field chars(std::uint32_t n) const {
        return with([=](Field& f) { f.chars_max = n; });
    }
    constexpr Field email() const {
        return with([](Field& f) { f.format = Format::email; });
    }
    constexpr Field digits(std::uint32_t n) const {
        return with([=](Field& f) { f.format = Format::digits, f.chars_max = n; });
    }
    constexpr Field range(std::int64_t lowest, std::int64_t highest) const {
        return with([=](Field& f) { f.min = lowest, f.max = highest; });
    }
    constexpr Field defaulted(std::string_view text) const {
        return with([=](Field& f) { f.default_text = text, f.has_default = true; });
    }
    constexpr Field defaulted(std::int64_t number_) const {
        return with([=](Field& f) { f.default_number = number_, f.has_default = true; });
    }
    constexpr Field added_in(std::uint32_t version) const {
        return with([=](Field& f) { f.since = version; });
    }
    constexpr Field closed(std::span<const std::string_view> which) const {
        return with([=](Field& f) { f.closed_values = which, f.policy = Policy::closed_wins; });
    }
    // Computed by rules; no client sets it.
    constexpr Field computed() const {
        return with([](Field& f) { f.policy = Policy::server_only, f.writer = Writer::nobody; });
    }
    constexpr Field filled(Fill how) const {
        return computed().with([=](Field& f) { f.fill = how; });
    }

    // What a record without this field shows.
    [[nodiscard]] Value default_value() const;

  private:
    template <class F>
    constexpr Field with(F change) const {
        Field copy = *this;
        change(copy);
        return copy;
    }
};

constexpr Field make_field(std::uint16_t number, std::string_view name, Type type) {
    Field field;
    field.number = FieldNumber{number};
    field.name = name;
    field.type = type;
    return field;
}
constexpr Field text(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::text);
}
constexpr Field integer(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::integer);
}
constexpr Field boolean(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::boolean);
}
constexpr Field date(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::date);
}
constexpr Field time_of_day(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::time_of_day);
}
constexpr Field timestamp(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::timestamp);
}
constexpr Field string_set(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::string_set).merged(Policy::union_sets).chars(100);
}
constexpr Field decimal(std::uint16_t n, std::string_view name, std::uint8_t scale) {
    Field field = make_field(n, name, Type::decimal);
    field.scale = scale;
    return field;
}
// Money, in minor units of the business's currency.
constexpr Field money(std::uint16_t n, std::string_view name) {
    return decimal(n, name, 2).range(0, 99'999'999'999'999);
}
constexpr Field enumeration(std::uint16_t n, std::string_view name,
                            std::span<const std::string_view> values) {
    Field field = make_field(n, name, Type::enumeration);
    field.values = values;
    return field;
}
constexpr Field relation(std::uint16_t n, std::string_view name, EntityNumber target) {
    Field field = make_field(n, name, Type::relation);
    field.target = target;
    field.is_indexed = true;
    return field;
}

// The uid of something that is not checked to be there: another's scope, a record of any entity.
constexpr Field uid(std::uint16_t n, std::string_view name) {
    return make_field(n, name, Type::relation);
}

// The unit of visibility of a record.
enum class ScopeKind : std::uint8_t {
    own,          // the record is an aggregate's root: its uid is the scope
    field,        // the uid that `scope_field` holds
    business,     // everybody in the business
    business_if,  // the business where `scope_field` holds one of `scope_values`, else its admins
};

struct Entity {
    EntityNumber number{};
    std::string_view name;  // singular snake_case; also the table's name
    ScopeKind scope = ScopeKind::own;
    std::string_view scope_field{};
    std::span<const std::string_view> scope_values{};
    Writer inserter = Writer::nobody;  // who may make one
    Writer deleter = Writer::nobody;   // who may delete one
    // Inserts by someone who held the scope when he made them are taken although he lost it since.
    bool history_right = false;
    std::span<const Field> fields{};
};

}  // namespace fieldsync::schema
