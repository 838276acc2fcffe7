// Walk: over the values in msgpack bytes, header by header, in one pass and without memory. Safe on any
// bytes: never past their end, nesting bounded by limits::nesting_max, values by limits::values_max.
//
//   bytes   82        00         05         01         92         c0    c3
//   read    map, 2    number 0   number 5   number 1   array, 2   nil   boolean 1
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fieldsync/sync/limits.hpp"

namespace fieldsync::sync::codec {

enum class Kind : std::uint8_t { nil, boolean, number, negative, text, binary, array, map, other };

// What stands in front of a value, and is all of it where it has no payload and no elements.
struct Header {
    Kind kind = Kind::nil;
    // number, boolean: the value; negative: its bits. text, binary, other: bytes of payload. array: elements,
    // map: pairs.
    std::uint64_t number = 0;
};

class Walk {
  public:
    explicit Walk(std::string_view bytes)
        : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()), value_(begin_) {}

    // The next value's header. Each false: `failure()` and `offset()` tell.
    bool read(Header& out) {
        value_ = at_;
        if (at_ == end_) return cut_short();
        if (++values_ > limits::values_max) return fail("too many values");
        const auto first = static_cast<std::uint8_t>(*at_++);
        if (first <= 0x7f) return set(out, Kind::number, first);
        if (first <= 0x8f) return set_elements(out, Kind::map, first & 0xfU);
        if (first <= 0x9f) return set_elements(out, Kind::array, first & 0xfU);
        if (first <= 0xbf) return set_payload(out, Kind::text, first & 0x1fU);
        if (first >= 0xe0) return set_signed(out, static_cast<std::int8_t>(first));
        if (first == 0xc4 && at_ != end_)  // uids
            return set_payload(out, Kind::binary, static_cast<std::uint8_t>(*at_++));
        return read_long(out, first);
    }
    // What stands behind the header just read: of text, binary and other. Once; read() saw that it is there.
    std::string_view payload(const Header& header) {
        const std::string_view bytes(at_, header.number);
        at_ += header.number;
        return bytes;
    }

    // The rest of the value whose header was just read.
    bool skip_rest(const Header& header) {
        switch (header.kind) {
            case Kind::text:
            case Kind::binary:
            case Kind::other:
                at_ += header.number;
                return true;
            case Kind::array:
            case Kind::map:
                return skip_elements(header);
            case Kind::nil:
            case Kind::boolean:
            case Kind::number:
            case Kind::negative:
                break;
        }
        return true;
    }
    bool skip() {
        Header header;
        return read(header) && skip_rest(header);
    }

    // Goes on to the value under this key of the map whose header was just read, or past the map; `found` says
    // which.
    bool go_to(const Header& map, std::uint64_t wanted, bool& found) {
        found = false;
        for (std::uint64_t pair = 0; pair < map.number; ++pair) {
            Header key;
            if (!read(key)) return false;
            found = key.kind == Kind::number && key.number == wanted;
            if (found) return true;
            if (!skip_rest(key) || !skip()) return false;
        }
        return true;
    }

    // Around the elements of an array or map that is read one by one.
    void enter() { ++depth_; }
    void leave() { --depth_; }

    [[nodiscard]] bool is_at_end() const { return at_ == end_; }
    [[nodiscard]] std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
    // Of the header read last; of a failure, where it is.
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(value_ - begin_); }
    [[nodiscard]] const char* failure() const { return failure_; }

  private:
    bool fail(const char* what) {
        failure_ = what;
        return false;
    }
    bool cut_short() {
        value_ = end_;
        return fail("cut short");
    }
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

    static bool set(Header& out, Kind kind, std::uint64_t number) {
        out = {kind, number};
        return true;
    }
    // Signed encodings may hold what is not negative.
    static bool set_signed(Header& out, std::int64_t number) {
        return set(out, number < 0 ? Kind::negative : Kind::number, static_cast<std::uint64_t>(number));
    }
    bool set_payload(Header& out, Kind kind, std::uint64_t bytes) {
        return bytes <= left() ? set(out, kind, bytes) : cut_short();
    }
    bool set_elements(Header& out, Kind kind, std::uint64_t count) {
        const bool fits = count <= left() / (kind == Kind::map ? 2 : 1);
        return fits ? set(out, kind, count) : fail("more elements than bytes");
    }
    // Big endian.
    bool take(unsigned bytes, std::uint64_t& out) {
        if (left() < bytes) return cut_short();
        out = 0;
        for (unsigned i = 0; i < bytes; ++i) out = out << 8 | static_cast<std::uint8_t>(*at_++);
        return true;
    }
    bool read_long(Header& out, std::uint8_t first);
    bool skip_elements(const Header& header);

    const char* begin_;
    const char* at_;
    const char* end_;
    const char* value_;
    const char* failure_ = nullptr;
    std::size_t values_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace fieldsync::sync::codec
