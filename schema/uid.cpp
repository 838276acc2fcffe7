#include "fieldsync/schema/uid.hpp"

#include <sodium.h>

namespace fieldsync::schema {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void set_version(Uid& uid, int version) {
    uid.bytes[6] = static_cast<std::uint8_t>((uid.bytes[6] & 0x0F) | (version << 4));
    uid.bytes[8] = static_cast<std::uint8_t>((uid.bytes[8] & 0x3F) | 0x80);
}

}  // namespace

std::string Uid::to_string() const {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += kHex[bytes[i] >> 4];
        text += kHex[bytes[i] & 15];
    }
    return text;
}

std::optional<Uid> Uid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    Uid uid;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const int digit = hex_digit(text[i]);
        if (digit < 0) return std::nullopt;
        auto& byte = uid.bytes[digits / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | digit);
        ++digits;
    }
    return uid;
}

std::optional<Uid> Uid::from_bytes(std::string_view raw) {
    Uid uid;
    if (raw.size() != uid.bytes.size()) return std::nullopt;
    std::memcpy(uid.bytes.data(), raw.data(), raw.size());
    return uid;
}

Uid make_uid_v7(std::int64_t unix_ms, const std::array<std::uint8_t, 10>& random) {
    Uid uid;
    for (std::size_t i = 0; i < 6; ++i)
        uid.bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(unix_ms) >> (40 - 8 * i));
    std::memcpy(uid.bytes.data() + 6, random.data(), random.size());
    set_version(uid, 7);
    return uid;
}

Uid derive_uid(std::initializer_list<Uid> from, std::string_view kind, std::uint32_t ordinal) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, 16);
    const auto add = [&state](const void* data, std::size_t size) {
        crypto_generichash_update(&state, static_cast<const unsigned char*>(data), size);
    };
    for (const Uid& uid : from) add(uid.bytes.data(), uid.bytes.size());
    add(kind.data(), kind.size());
    const std::array<std::uint8_t, 5> end{
        0, static_cast<std::uint8_t>(ordinal >> 24), static_cast<std::uint8_t>(ordinal >> 16),
        static_cast<std::uint8_t>(ordinal >> 8), static_cast<std::uint8_t>(ordinal)};
    add(end.data(), end.size());
    Uid uid;
    crypto_generichash_final(&state, uid.bytes.data(), uid.bytes.size());
    set_version(uid, 8);
    return uid;
}

}  // namespace fieldsync::schema
