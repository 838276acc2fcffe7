// A value bound to a statement: NULL, integer, text or blob. It owns nothing: what it was made from must live
// until the call it is passed to returns. Temporaries in the call's own braces do.
//
//     connection.execute("UPDATE lead SET name = ?1 WHERE id = ?2", {name, id});
//
// Text is UTF-8 without NUL characters (PostgreSQL stores none); validation above sees to it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace fieldsync::server::storage {

// Marks bytes that are stored as a blob, not as text.
struct Blob {
    Blob() = default;
    explicit Blob(std::span<const std::byte> view) : bytes(view) {}
    explicit Blob(std::span<const std::uint8_t> view) : bytes(std::as_bytes(view)) {}
    explicit Blob(std::string_view view) : bytes(std::as_bytes(std::span(view.data(), view.size()))) {}

    std::span<const std::byte> bytes;
};

// Every integer that always fits in 64 signed bits, and bool (as 0 and 1). std::uint64_t has to be converted
// by the caller, who knows its range.
template <class T>
concept FitsInt64 = std::integral<T> && !std::same_as<T, char> && (sizeof(T) < 8 || std::is_signed_v<T>);

class Parameter {
  public:
    using Value = std::variant<std::monostate, std::int64_t, std::string_view, Blob>;

    Parameter(std::nullptr_t) {}
    template <FitsInt64 Integer>
    Parameter(Integer value) : value_(static_cast<std::int64_t>(value)) {}
    Parameter(std::string_view text) : value_(text) {}
    Parameter(const std::string& text) : value_(std::string_view(text)) {}
    Parameter(const char* text) : value_(std::string_view(text)) {}
    Parameter(Blob blob) : value_(blob) {}
    // Nothing is NULL.
    template <class T>
    Parameter(const std::optional<T>& value) : value_(value ? Parameter(*value).value_ : Value()) {}

    const Value& value() const { return value_; }

  private:
    Value value_;
};

}  // namespace fieldsync::server::storage
