// Writer: values, parts and messages to msgpack, by the tables of keys.hpp. Appends to what it was given; the
// shortest encoding everywhere and keys in the order of their table, so that equal values make equal bytes.
#pragma once

#include <msgpack/pack.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "codec/keys.hpp"

namespace fieldsync::sync::codec {

// Where bytes go: to the caller's string, or nowhere and only counted.
struct StringSink {
    std::string& out;
    void write(const char* bytes, std::size_t size) {
        if (size == 1)  // most headers, and small numbers
            out.push_back(*bytes);
        else
            out.append(bytes, size);
    }
};
struct CountingSink {
    std::size_t count = 0;
    void write(const char* /*bytes*/, std::size_t size) { count += size; }
};

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

// What a `maybe` key leaves out.
template <class T>
bool is_default(const T& value) {
    if constexpr (std::is_same_v<T, Value>)
        return schema::is_null(value);
    else if constexpr (std::is_same_v<T, Uid>)
        return value.is_nil();
    else if constexpr (std::is_same_v<T, std::optional<std::string>>)
        return !value.has_value();
    else if constexpr (requires { value.empty(); })
        return value.empty();
    else
        return value == T{};
}

template <class Sink>
class Writer {
  public:
    explicit Writer(Sink& sink) : packer_(sink) {}

    template <class T>
    void put(const T& value) {
        if constexpr (std::is_same_v<T, bool>)
            put_bool(value);
        else if constexpr (std::is_enum_v<T>)
            put_number(static_cast<std::underlying_type_t<T>>(value));
        else if constexpr (std::is_integral_v<T>)
            put_number(value);
        else if constexpr (std::is_same_v<T, Hlc>)
            put_number(value.packed);
        else if constexpr (std::is_same_v<T, Uid>)
            put_uid(value);
        else if constexpr (std::is_same_v<T, std::string>)
            put_text(value);
        else if constexpr (std::is_same_v<T, std::optional<std::string>>)
            put_text(value ? std::string_view(*value) : std::string_view());
        else if constexpr (std::is_same_v<T, Value>)
            std::visit([this](const auto& held) { this->put(held); }, value);
        else if constexpr (std::is_same_v<T, std::monostate>)
            packer_.pack_nil();
        else if constexpr (std::is_same_v<T, FieldMap>)
            put_fields(value);
        else if constexpr (is_vector<T>)
            put_array(value);
        else
            put_map(value);
    }

    // A message: a part with its kind in front.
    template <class T>
    void put_message(std::uint8_t kind, const T& message) {
        put_map(message, &kind);
    }

  private:
    void put_bool(bool value) { value ? packer_.pack_true() : packer_.pack_false(); }

    template <class T>
    void put_number(T value) {
        if constexpr (std::is_signed_v<T>)
            packer_.pack_int64(value);
        else
            packer_.pack_uint64(value);
    }

    void put_uid(const Uid& uid) {
        const std::string_view bytes = uid.view();
        packer_.pack_bin(static_cast<std::uint32_t>(bytes.size()));
        packer_.pack_bin_body(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    }

    void put_text(std::string_view text) {
        packer_.pack_str(static_cast<std::uint32_t>(text.size()));
        packer_.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
    }

    void put_fields(const FieldMap& fields) {
        packer_.pack_map(static_cast<std::uint32_t>(fields.items().size()));
        for (const auto& [number, value] : fields.items()) {
            put(number);
            put(value);
        }
    }

    template <class T>
    void put_array(const std::vector<T>& elements) {
        packer_.pack_array(static_cast<std::uint32_t>(elements.size()));
        for (const T& element : elements) put(element);
    }

    template <HasKeys T>
    void put_map(const T& part, const std::uint8_t* kind = nullptr) {
        std::apply([&](const auto&... key) { put_keys(part, kind, key...); }, keys<T>);
    }

    template <class T, class... Keys>
    void put_keys(const T& part, const std::uint8_t* kind, const Keys&... key) {
        const std::uint32_t count = (0U + ... + (is_written(part, key) ? 1U : 0U));
        packer_.pack_map(count + (kind != nullptr ? 1U : 0U));
        if (kind != nullptr) {
            put(kind_key);
            put(*kind);
        }
        (put_key(part, key), ...);
    }

    template <class T, class K>
    static bool is_written(const T& part, const K& key) {
        return key.is_always || !is_default(part.*key.member);
    }

    template <class T, class K>
    void put_key(const T& part, const K& key) {
        if (!is_written(part, key)) return;
        put(key.number);
        put(part.*key.member);
    }

    msgpack::packer<Sink> packer_;
};

template <class T>
void append(const T& part, std::string& out) {
    StringSink sink{out};
    Writer<StringSink>(sink).put(part);
}

}  // namespace fieldsync::sync::codec
