// Uid: how a record, a change-set, a store or a scope is known everywhere. 128 bits, RFC 9562.
// UUIDv7 where a record is made (sorts by time), UUIDv8 where a uid is derived from others.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fieldsync::schema {

struct Uid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Uid&) const = default;

    [[nodiscard]] bool is_nil() const { return *this == Uid{}; }
    [[nodiscard]] int version() const { return bytes[6] >> 4; }
    // The sixteen bytes as a view, as databases and the wire hold them; valid as long as this Uid.
    [[nodiscard]] std::string_view view() const {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] std::string to_string() const;

    // From the usual 36 characters, either case.
    static std::optional<Uid> parse(std::string_view text);
    // From sixteen raw bytes; nothing for any other length.
    static std::optional<Uid> from_bytes(std::string_view raw);
};

// A new UUIDv7. `unix_ms`: milliseconds since 1970; `random`: ten random bytes.
Uid make_uid_v7(std::int64_t unix_ms, const std::array<std::uint8_t, 10>& random);

// A UUIDv8 made of others, the same on every machine: the first 122 bits of BLAKE2b over the uids, the kind
// and the ordinal. Effects and the admins' scope take theirs from here.
Uid derive_uid(std::initializer_list<Uid> from, std::string_view kind, std::uint32_t ordinal = 0);

}  // namespace fieldsync::schema

template <>
struct std::hash<fieldsync::schema::Uid> {
    std::size_t operator()(const fieldsync::schema::Uid& uid) const noexcept {
        std::uint64_t halves[2];
        std::memcpy(halves, uid.bytes.data(), sizeof halves);
        return static_cast<std::size_t>(halves[0] * 0x9E3779B97F4A7C15ULL ^ halves[1]);
    }
};
