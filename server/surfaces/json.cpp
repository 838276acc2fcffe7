#include "surfaces/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "fieldsync/schema/calendar.hpp"

namespace fieldsync::server::surfaces {
namespace {

void append_integer(std::string& out, std::uint64_t number) {
    std::array<char, 24> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

// The whole part, and behind the point what is not zero; at least `fraction_min` digits.
void append_decimal(std::string& out, std::int64_t scaled, int scale, std::size_t fraction_min) {
    // Unsigned negation, so that the smallest integer has one too.
    const auto magnitude =
        scaled < 0 ? 0 - static_cast<std::uint64_t>(scaled) : static_cast<std::uint64_t>(scaled);
    std::uint64_t unit = 1;
    for (int i = 0; i < scale; ++i) unit *= 10;
    if (scaled < 0) out += '-';
    append_integer(out, magnitude / unit);

    if (scale == 0 && fraction_min == 0) return;
    std::string fraction;
    append_integer(fraction, magnitude % unit);
    if (const auto digits = static_cast<std::size_t>(scale); fraction.size() < digits)
        fraction.insert(0, digits - fraction.size(), '0');
    if (scale == 0) fraction = "0";
    while (fraction.size() > fraction_min && fraction.back() == '0') fraction.pop_back();
    if (!fraction.empty()) (out += '.') += fraction;
}

bool is_escaped(char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

// Without a branch for each character: the compiler looks at sixteen at once.
bool has_escaped(std::string_view text) {
    unsigned found = 0;
    for (const char c : text) found |= unsigned{is_escaped(c)};
    return found != 0;
}

// A text without anything to escape, and what ends it. Most are short: they go out in one piece.
void append_quoted(std::string& out, std::string_view text, std::string_view end) {
    std::array<char, 64> piece;
    if (text.size() + end.size() >= piece.size()) {
        ((out += '"') += text) += end;
        return;
    }
    piece[0] = '"';
    char* at = std::copy(text.begin(), text.end(), piece.data() + 1);
    at = std::copy(end.begin(), end.end(), at);
    out.append(piece.data(), at);
}

}  // namespace

void JsonWriter::separate() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
}

void JsonWriter::key(std::string_view name) {
    separate();
    append_quoted(out_, name, "\":");
}

void JsonWriter::value(std::string_view text) {
    separate();
    quoted(text);
}

void JsonWriter::value(const PlainNumber& number) {
    separate();
    append_decimal(out_, number.scaled, number.scale, 0);
}

void JsonWriter::value(const FloatNumber& number) {
    separate();
    append_decimal(out_, number.scaled, number.scale, 1);
}

void JsonWriter::integer(std::int64_t number) {
    value(PlainNumber{number, 0});
}

void JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
}

void JsonWriter::value(UtcTime time) {
    separate();
    out_ += '"';
    schema::append_utc(time.us, out_);
    out_ += '"';
}

void JsonWriter::quoted(std::string_view text) {
    if (!has_escaped(text)) return append_quoted(out_, text, "\"");
    out_ += '"';
    for (const char c : text) is_escaped(c) ? escape(c) : out_.push_back(c);
    out_ += '"';
}

void JsonWriter::escape(char c) {
    static constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
        case '"':
            out_ += "\\\"";
            break;
        case '\\':
            out_ += "\\\\";
            break;
        case '\n':
            out_ += "\\n";
            break;
        case '\r':
            out_ += "\\r";
            break;
        case '\t':
            out_ += "\\t";
            break;
        default:
            out_ += "\\u00";
            out_ += kHex[byte >> 4];
            out_ += kHex[byte & 0xF];
    }
}

}  // namespace fieldsync::server::surfaces
