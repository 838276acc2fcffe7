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

// As it is written in conflict records and metrics.
constexpr std::string_view name_of(Policy policy) {
    switch (policy) {
        case Policy::last_writer:
            return "last_writer";
        case Policy::closed_wins:
            return "closed_wins";
        case Policy::max:
            return "max";
        case Policy::once_true:
            return "once_true";
        case Policy::merge_text:
            return "merge_text";
        case Policy::union_sets:
            return "union";
        case Policy::server_only:
            return "server_only";
    }
    return "";
}

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
    bool is_unique = false;   // among all businesses, letters in either case; only the server can know
    bool is_indexed = false;  // on the device; relations always are
    bool is_listed = false;   // the server finds records by it, so that it has an index too
    std::span<const std::string_view> listed_by;  // and that goes on with these fields
    bool is_synced = true;                        // false: known to the server only, never on the wire
    bool is_argument = false;                     // carried by a change for the rules, never stored
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
        Field f = *this;
        f.is_required = true;
        return f;
    }
    constexpr Field unique() const {
        Field f = *this;
        f.is_unique = true;
        return f;
    }
    constexpr Field by(Writer who) const {
        Field f = *this;
        f.writer = who;
        return f;
    }
    constexpr Field merged(Policy how) const {
        Field f = *this;
        f.policy = how;
        return f;
    }
    constexpr Field indexed() const {
        Field f = *this;
        f.is_indexed = true;
        return f;
    }
    // The records that hold one value of this field are listed in the order of these: the server's index has
    // it, so that no planner is tempted to walk the whole business in that order instead.
    constexpr Field listed(std::span<const std::string_view> order = {}) const {
        Field f = *this;
        f.is_indexed = true;
        f.is_listed = true;
        f.listed_by = order;
        return f;
    }
    constexpr Field server_side() const {
        Field f = *this;
        f.is_synced = false;
        return f;
    }
    constexpr Field argument() const {
        Field f = *this;
        f.is_argument = true;
        return f;
    }
    constexpr Field insert_only() const {
        Field f = *this;
        f.is_insert_only = true;
        return f;
    }
    constexpr Field lines() const {
        Field f = *this;
        f.multiline = true;
        return f;
    }
    constexpr Field chars(std::uint32_t n) const {
        Field f = *this;
        f.chars_max = n;
        return f;
    }
    constexpr Field email() const {
        Field f = *this;
        f.format = Format::email;
        return f;
    }
    constexpr Field digits(std::uint32_t n) const {
        Field f = *this;
        f.format = Format::digits;
        f.chars_max = n;
        return f;
    }
    constexpr Field range(std::int64_t lowest, std::int64_t highest) const {
        Field f = *this;
        f.min = lowest;
        f.max = highest;
        return f;
    }
    constexpr Field defaulted(std::string_view text) const {
        Field f = *this;
        f.default_text = text;
        f.has_default = true;
        return f;
    }
    constexpr Field defaulted(std::int64_t value) const {
        Field f = *this;
        f.default_number = value;
        f.has_default = true;
        return f;
    }
    constexpr Field added_in(std::uint32_t version) const {
        Field f = *this;
        f.since = version;
        return f;
    }
    constexpr Field closed(std::span<const std::string_view> which) const {
        Field f = *this;
        f.closed_values = which;
        f.policy = Policy::closed_wins;
        return f;
    }
    // Computed by rules; no client sets it.
    constexpr Field computed() const {
        Field f = *this;
        f.policy = Policy::server_only;
        f.writer = Writer::nobody;
        return f;
    }
    constexpr Field filled(Fill how) const {
        Field f = computed();
        f.fill = how;
        return f;
    }

    // What a record without this field shows.
    [[nodiscard]] Value default_value() const;
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
