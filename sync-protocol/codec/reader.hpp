// Reader: values, parts and messages from a tape, by the tables of keys.hpp. Unknown keys are skipped,
// whatever they and their values are. Stops at the first error and says where in the bytes and under which
// keys it was.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "codec/keys.hpp"
#include "codec/tape.hpp"

namespace fieldsync::sync::codec {

class Reader {
  public:
    explicit Reader(const Tape& tape) : tape_(tape) {}

    // The value at `at`; false when it is not a T, and `error()` tells.
    template <class T>
    bool get(Tape::Index at, T& out) {
        if constexpr (std::is_same_v<T, bool>)
            return get_bool(at, out);
        else if constexpr (std::is_enum_v<T>)
            return get_enum(at, out);
        else if constexpr (std::is_same_v<T, std::int64_t>)
            return get_signed(at, out);
        else if constexpr (std::is_unsigned_v<T>)
            return get_unsigned(at, out);
        else if constexpr (std::is_same_v<T, Hlc>)
            return get_unsigned(at, out.packed);
        else if constexpr (std::is_same_v<T, Uid>)
            return get_uid(at, out);
        else if constexpr (std::is_same_v<T, std::string>)
            return get_text(at, out);
        else if constexpr (std::is_same_v<T, std::optional<std::string>>)
            return get_text(at, out.emplace());
        else if constexpr (std::is_same_v<T, Value>)
            return get_value(at, out);
        else if constexpr (std::is_same_v<T, FieldMap>)
            return get_fields(at, out);
        else if constexpr (std::is_same_v<T, schema::StringSet>)
            return get_set(at, out);
        else if constexpr (std::is_same_v<T, ChangeSet>)
            return get_change_set(at, out);
        else
            return get_map(at, out);
    }

    // Key 0 of the message that is the whole tape.
    bool get_kind(std::uint8_t& out);

    [[nodiscard]] CodecError take_error();

  private:
    // Where each known key's value is; 0 (never a value's place) where the key is absent.
    using Found = std::array<Tape::Index, key_numbers_max>;

    bool fail(Tape::Index at, std::string_view what);
    // Puts the place in front, on the way out.
    bool fail_under(std::string_view where, std::size_t number);

    bool get_bool(Tape::Index at, bool& out);
    bool get_signed(Tape::Index at, std::int64_t& out);
    bool get_number(Tape::Index at, std::uint64_t max, std::uint64_t& out);
    bool get_uid(Tape::Index at, Uid& out);
    bool get_text(Tape::Index at, std::string& out);
    bool get_set(Tape::Index at, schema::StringSet& out);
    bool get_value(Tape::Index at, Value& out);
    bool get_fields(Tape::Index at, FieldMap& out);
    bool get_change_set(Tape::Index at, ChangeSet& out);
    bool find_keys(Tape::Index at, Found& found);

    template <class T>
    bool get_unsigned(Tape::Index at, T& out) {
        std::uint64_t number = 0;
        if (!get_number(at, std::numeric_limits<T>::max(), number)) return false;
        out = static_cast<T>(number);
        return true;
    }

    // Numbers without a name are fine here: those of entities and fields, of a Seq.
    template <class T>
    bool get_enum(Tape::Index at, T& out) {
        std::underlying_type_t<T> number{};
        if (!get_unsigned(at, number)) return false;
        out = T{number};
        return true;
    }
    bool get_enum(Tape::Index at, schema::Operation& out);
    bool get_enum(Tape::Index at, ReceiptStatus& out);
    // Of newer peers: what is not known becomes what PROTOCOL.md says.
    bool get_enum(Tape::Index at, GoodbyeAction& out);
    bool get_enum(Tape::Index at, schema::Policy& out);
    bool get_enum(Tape::Index at, schema::Broken& out);

    template <class T>
    bool get_array(Tape::Index at, std::size_t elements_max, std::vector<T>& out) {
        const Token& array = tape_[at];
        if (array.kind != TokenKind::array) return fail(at, "not an array");
        if (array.low() > elements_max) return fail(at, "too many elements");
        // Grows with what was read, not with what was announced: an element is larger here than on the wire.
        out.reserve(std::min<std::size_t>(array.low(), 256));
        Tape::Index element = at + 1;
        for (std::size_t i = 0; i < array.low(); ++i, element = tape_.after(element))
            if (!get(element, out.emplace_back())) return fail_under("element", i);
        return true;
    }

    template <HasKeys T>
    bool get_map(Tape::Index at, T& out) {
        Found found{};
        return find_keys(at, found) &&
               std::apply(
                   [&](const auto&... key) { return (get_key(at, found[key.number], key, out) && ...); },
                   keys<T>);
    }

    template <class Class, class Member>
    bool get_key(Tape::Index map, Tape::Index at, const Key<Class, Member>& key, Class& out) {
        if (at == 0) return key.is_always ? fail(map, "missing") || fail_under("key", key.number) : true;
        bool is_read = false;
        if constexpr (is_array<Member>)
            is_read = get_array(at, key.elements_max, out.*key.member);
        else
            is_read = get(at, out.*key.member);
        return is_read || fail_under("key", key.number);
    }

    template <class T>
    static constexpr bool is_array = false;

    const Tape& tape_;
    CodecError error_;
};

// Sets are values of their own, with their own limit.
template <class T>
constexpr bool Reader::is_array<std::vector<T>> = !std::is_same_v<std::vector<T>, schema::StringSet>;

// All of `bytes` as one T.
template <class T>
Decoded<T> parse(std::string_view bytes) {
    Tape tape;
    if (std::optional<CodecError> error = tape.parse(bytes)) return *std::move(error);
    Reader reader(tape);
    T out;
    if (!reader.get(0, out)) return reader.take_error();
    return out;
}

}  // namespace fieldsync::sync::codec
