// JSON as the surfaces write and read it. Written straight onto a string, numbers the way the documents show
// them (Boost.JSON prints 4500000.0 as 4.5E6); read through Boost.JSON with a bound on nesting.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fieldsync::server::surfaces {

// A decimal of the schema, printed exactly: `scaled` / 10^scale.
struct PlainNumber {  // 3000000, 1200.5
    std::int64_t scaled = 0;
    int scale = 0;
};
struct FloatNumber {  // 4500000.0, 0.47
    std::int64_t scaled = 0;
    int scale = 0;
};

// 2026-05-20T10:00:00.000000Z, as schema::format_utc has it.
struct UtcTime {
    std::int64_t us = 0;
};

// Writes onto `out`, which it does not own. Commas are seen to; the caller opens and closes what he writes,
// in order. Texts are to be UTF-8.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void begin_object() { open('{'); }
    void end_object() { out_ += '}'; }
    void begin_array() { open('['); }
    void end_array() { out_ += ']'; }
    void key(std::string_view name);  // one of the documents': there is nothing to escape

    void value(std::nullptr_t) { raw("null"); }
    void value(bool flag) { raw(flag ? "true" : "false"); }
    void value(std::string_view text);
    void value(const char* text) { value(std::string_view(text)); }
    void value(const std::string& text) { value(std::string_view(text)); }
    void value(const PlainNumber& number);
    void value(const FloatNumber& number);
    void value(UtcTime time);
    template <std::integral T>
    requires(!std::same_as<T, bool>) void value(T number) { integer(static_cast<std::int64_t>(number)); }
    template <class T>
    void value(const std::optional<T>& maybe) {
        if (maybe)
            value(*maybe);
        else
            value(nullptr);
    }
    // JSON text, as it is.
    void raw(std::string_view json);

    template <class T>
    void field(std::string_view name, const T& content) {
        key(name);
        value(content);
    }
    // `fill()` writes what is inside.
    template <class Fill>
    void object(std::string_view name, Fill&& fill) {
        key(name);
        begin_object();
        fill();
        end_object();
    }
    template <class Fill>
    void array(std::string_view name, Fill&& fill) {
        key(name);
        begin_array();
        fill();
        end_array();
    }

  private:
    void open(char bracket);
    void separate();
    void integer(std::int64_t number);
    void quoted(std::string_view text);
    void escape(char c);

    std::string& out_;
};

// How deep a body may nest: ours are flat, with a list here and there.
inline constexpr std::size_t kBodyDepthMax = 16;

}  // namespace fieldsync::server::surfaces
