// Reader: values, parts and messages from bytes, by the tables of keys.hpp, in one pass. Unknown keys are
// skipped, whatever they and their values are. Stops at the first error and says where in the bytes and under
// which keys it was.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "codec/keys.hpp"
#include "codec/walk.hpp"
#include "fieldsync/sync/codec.hpp"

namespace fieldsync::sync::codec {

class Reader {
  public:
    explicit Reader(std::string_view bytes) : walk_(bytes) {}

    // The next value; false when it is not a T, and `take_error()` tells.
    template <class T>
    bool get(T& out) {
        Header header;
        return read(header) && take(header, out);
    }

    // Key 0 of the message that the bytes are. Nothing can be read afterwards.
    bool get_kind(std::uint8_t& out);
    // Of the record that the bytes are these fields alone. Likewise.
    bool get_fields(std::span<const schema::FieldNumber> wanted, FieldMap& out);
    // Nothing is left of the bytes.
    bool end() { return walk_.is_at_end() || fail_at(walk_.position(), "bytes after the end"); }

    [[nodiscard]] CodecError take_error();

  private:
    bool read(Header& header) { return walk_.read(header) || fail_as_walk(); }
    bool fail_as_walk() { return fail(walk_.failure()); }
    // Of the value whose header was read last.
    bool fail(std::string_view what) { return fail_at(walk_.offset(), what); }
    bool fail_at(std::size_t offset, std::string_view what);
    // Puts the place in front, on the way out.
    bool fail_under(std::string_view where, std::uint64_t number);

    // Goes on to the value under this key of the map behind the header; `found` is false where there is none.
    bool go_to(const Header& map, std::uint64_t key, bool& found);

    // The value that stands behind this header.
    bool take(const Header& header, bool& out);
    bool take(const Header& header, std::int64_t& out);
    bool take(const Header& header, std::string& out);
    bool take(const Header& header, Uid& out);
    bool take(const Header& header, Value& out);
    bool take(const Header& header, schema::StringSet& out);
    bool take(const Header& header, FieldMap& out);
    bool take(const Header& header, ChangeSet& out);
    bool take(const Header& header, schema::Operation& out);
    bool take(const Header& header, ReceiptStatus& out);
    // Of newer peers: what is not known becomes what PROTOCOL.md says.
    bool take(const Header& header, GoodbyeAction& out);
    bool take(const Header& header, schema::Policy& out);
    bool take(const Header& header, schema::Broken& out);
    bool take(const Header& header, Hlc& out) { return take(header, out.packed); }
    bool take(const Header& header, std::optional<std::string>& out) { return take(header, out.emplace()); }

    template <class T>
    requires std::is_unsigned_v<T>
    bool take(const Header& header, T& out) {
        if (header.kind != Kind::number) return fail("not a number");
        if (header.number > std::numeric_limits<T>::max()) return fail("number too large");
        out = static_cast<T>(header.number);
        return true;
    }
    // Numbers without a name are fine here: those of entities and fields, of a Seq.
    template <class T>
    requires std::is_enum_v<T>
    bool take(const Header& header, T& out) {
        std::underlying_type_t<T> number{};
        if (!take(header, number)) return false;
        out = T{number};
        return true;
    }
    template <HasKeys T>
    bool take(const Header& header, T& out) {
        return take_map(header, out);
    }

    template <class T>
    bool take_array(const Header& header, std::size_t elements_max, std::vector<T>& out) {
        if (header.kind != Kind::array) return fail("not an array");
        if (header.number > elements_max) return fail("too many elements");
        // Grows with what was read, not with what was announced: an element is larger here than on the wire.
        out.reserve(std::min<std::uint64_t>(header.number, 256));
        walk_.enter();
        for (std::uint64_t i = 0; i < header.number; ++i)
            if (!get(out.emplace_back())) return fail_under("element", i);
        walk_.leave();
        return true;
    }

    template <HasKeys T>
    bool take_map(const Header& header, T& out) {
        const std::size_t at = walk_.offset();
        if (header.kind != Kind::map) return fail("not a map");
        std::uint32_t found = 0;  // a bit for each key
        walk_.enter();
        for (std::uint64_t pair = 0; pair < header.number; ++pair) {
            Header key;
            if (!read(key)) return false;
            if (key.kind != Kind::number || key.number >= key_numbers_max) {
                if (!walk_.skip_rest(key) || !walk_.skip()) return fail_as_walk();
                continue;
            }
            const std::uint32_t bit = 1U << key.number;
            if ((found & bit) != 0) return fail("a key twice");
            found |= bit;
            if (!get_under(key.number, out)) return false;
        }
        walk_.leave();
        return std::apply([&](const auto&... key) { return (has(key, found, at) && ...); }, keys<T>);
    }

    // The value under this key, or past it.
    template <HasKeys T>
    bool get_under(std::uint64_t number, T& out) {
        bool is_known = false, is_read = false;
        const auto is_it = [&](const auto& key) {
            if (key.number != number) return false;
            is_read = get_key(key, out) || fail_under("key", number);
            return is_known = true;
        };
        std::apply([&](const auto&... key) { (void)(is_it(key) || ...); }, keys<T>);
        return is_known ? is_read : walk_.skip() || fail_as_walk();
    }

    template <class Class, class Member>
    bool get_key(const Key<Class, Member>& key, Class& out) {
        if constexpr (is_array<Member>) {
            Header header;
            return read(header) && take_array(header, key.elements_max, out.*key.member);
        } else {
            return get(out.*key.member);
        }
    }

    template <class Class, class Member>
    bool has(const Key<Class, Member>& key, std::uint32_t found, std::size_t at) {
        const bool is_missing = key.is_always && (found & 1U << key.number) == 0;
        return !is_missing || fail_at(at, "missing") || fail_under("key", key.number);
    }

    template <class T>
    static constexpr bool is_array = false;

    Walk walk_;
    CodecError error_;
};

// Sets are values of their own, with their own limit.
template <class T>
constexpr bool Reader::is_array<std::vector<T>> = !std::is_same_v<std::vector<T>, schema::StringSet>;

// All of `bytes` as one T.
template <class T>
Decoded<T> parse(std::string_view bytes) {
    if (bytes.size() > limits::frame_bytes_max) return CodecError{limits::frame_bytes_max, "too large"};
    Reader reader(bytes);
    T out;
    if (!reader.get(out) || !reader.end()) return reader.take_error();
    return out;
}

}  // namespace fieldsync::sync::codec
