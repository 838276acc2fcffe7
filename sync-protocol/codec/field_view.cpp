#include "fieldsync/sync/field_view.hpp"

#include <limits>

#include "codec/keys.hpp"

namespace fieldsync::sync {
namespace {

constexpr std::uint8_t kFieldsKey = 6;
static_assert(std::get<5>(codec::keys<Record>).number == kFieldsKey);

// A value's first byte, and what stands between it and the next value's.
struct Header {
    FieldView::Kind kind = FieldView::Kind::other;
    std::uint64_t number = 0;  // of a positive integer, as bits of a negative one
    bool is_negative = false;
    std::size_t payload = 0;   // bytes behind the header: text, binary, extension
    std::uint64_t values = 0;  // values behind it: elements, or keys and values
    bool is_map = false;
};

// Walks over msgpack, header by header. Each false: the bytes are cut short, or not msgpack.
class Walk {
  public:
    explicit Walk(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    bool read(Header& header) {
        std::uint64_t first = 0;
        header = {};
        if (!take(1, first)) return false;
        if (first <= 0x7f) return set_number(header, first);
        if (first <= 0x8f) return set_map(header, first & 0xf);
        if (first <= 0x9f) return set_values(header, first & 0xf);
        if (first <= 0xbf) return set_bytes(header, FieldView::Kind::text, first & 0x1f);
        if (first >= 0xe0) return set_signed(header, static_cast<std::int8_t>(first));
        return read_long(header, first);
    }

    // What the header stood in front of, whole.
    bool skip(const Header& header) {
        std::uint64_t left = header.values;
        if (!pass(header.payload)) return false;
        for (Header inner; left > 0; --left) {
            if (!read(inner) || !pass(inner.payload)) return false;
            left += inner.values;
        }
        return true;
    }
    bool skip() {
        if (at_ == end_) return false;
        const auto first = static_cast<std::uint8_t>(*at_);  // most values are of the short kinds
        if (first <= 0x7f || first >= 0xe0) return pass(1);
        if (first >= 0xa0 && first <= 0xbf) return pass(std::size_t{1} + (first & 0x1fU));
        Header header;
        return read(header) && skip(header);
    }

    [[nodiscard]] bool view(const Header& header, std::string_view& out) const {
        if (static_cast<std::size_t>(end_ - at_) < header.payload) return false;
        out = {at_, header.payload};
        return true;
    }

  private:
    bool pass(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes) return false;
        at_ += bytes;
        return true;
    }
    // Big endian.
    bool take(unsigned bytes, std::uint64_t& out) {
        if (static_cast<std::size_t>(end_ - at_) < bytes) return false;
        out = 0;
        for (unsigned i = 0; i < bytes; ++i) out = out << 8 | static_cast<std::uint8_t>(*at_++);
        return true;
    }

    static bool set_number(Header& header, std::uint64_t number) {
        header.kind = FieldView::Kind::integer;
        header.number = number;
        return true;
    }
    static bool set_signed(Header& header, std::int64_t number) {
        header.is_negative = number < 0;
        return set_number(header, static_cast<std::uint64_t>(number));
    }
    static bool set_bytes(Header& header, FieldView::Kind kind, std::uint64_t bytes) {
        header.kind = kind;
        header.payload = bytes;
        return true;
    }
    static bool set_values(Header& header, std::uint64_t values) {
        header.values = values;
        return true;
    }
    static bool set_map(Header& header, std::uint64_t pairs) {
        header.is_map = true;
        return set_values(header, 2 * pairs);
    }

    bool read_long(Header& header, std::uint64_t first) {
        using Kind = FieldView::Kind;
        std::uint64_t n = 0;
        switch (first) {
            case 0xc0:
                header.kind = Kind::null;
                return true;
            case 0xc2:
            case 0xc3:
                header.kind = Kind::boolean;
                header.number = first & 1;
                return true;
            case 0xc4:
            case 0xc5:
            case 0xc6:
                return take(1U << (first - 0xc4), n) && set_bytes(header, Kind::uid, n);
            case 0xc7:
            case 0xc8:
            case 0xc9:  // an extension's type is a byte more
                return take(1U << (first - 0xc7), n) && set_bytes(header, Kind::other, n + 1);
            case 0xca:
                return set_bytes(header, Kind::other, 4);
            case 0xcb:
                return set_bytes(header, Kind::other, 8);
            case 0xcc:
            case 0xcd:
            case 0xce:
            case 0xcf:
                return take(1U << (first - 0xcc), n) && set_number(header, n);
            case 0xd0:
                return take(1, n) && set_signed(header, static_cast<std::int8_t>(n));
            case 0xd1:
                return take(2, n) && set_signed(header, static_cast<std::int16_t>(n));
            case 0xd2:
                return take(4, n) && set_signed(header, static_cast<std::int32_t>(n));
            case 0xd3:
                return take(8, n) && set_signed(header, static_cast<std::int64_t>(n));
            case 0xd4:
            case 0xd5:
            case 0xd6:
            case 0xd7:
            case 0xd8:
                return set_bytes(header, Kind::other, (std::size_t{1} << (first - 0xd4)) + 1);
            case 0xd9:
            case 0xda:
            case 0xdb:
                return take(1U << (first - 0xd9), n) && set_bytes(header, Kind::text, n);
            case 0xdc:
            case 0xdd:
                return take(first == 0xdc ? 2 : 4, n) && set_values(header, n);
            case 0xde:
            case 0xdf:
                return take(first == 0xde ? 2 : 4, n) && set_map(header, n);
            default:
                return false;
        }
    }

    const char* at_;
    const char* end_;
};

enum class Found : std::uint8_t { yes, no, damaged };

// Goes on to the value under this key of the map that begins here.
Found find(Walk& walk, std::uint64_t wanted) {
    Header map;
    if (!walk.read(map) || !map.is_map) return Found::damaged;
    for (std::uint64_t pairs = map.values / 2; pairs > 0; --pairs) {
        Header key;
        if (!walk.read(key)) return Found::damaged;
        if (key.kind == FieldView::Kind::integer && !key.is_negative && key.number == wanted)
            return Found::yes;
        if (!walk.skip(key) || !walk.skip()) return Found::damaged;
    }
    return Found::no;
}

}  // namespace

FieldView view_field(std::string_view record, schema::FieldNumber field) {
    constexpr FieldView kUnreadable{.kind = FieldView::Kind::other};
    Walk walk(record);
    Found found = find(walk, kFieldsKey);
    if (found == Found::yes) found = find(walk, schema::number(field));
    if (found != Found::yes) return found == Found::no ? FieldView{} : kUnreadable;

    Header value;
    FieldView view;
    if (!walk.read(value) || !walk.view(value, view.bytes)) return kUnreadable;
    const bool is_too_large =
        !value.is_negative && value.number > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    const bool is_uid = value.payload == schema::Uid{}.view().size();
    if (value.kind == FieldView::Kind::integer && is_too_large) return kUnreadable;
    if (value.kind == FieldView::Kind::uid && !is_uid) return kUnreadable;
    view.kind = value.kind;
    view.number = static_cast<std::int64_t>(value.number);
    return view;
}

}  // namespace fieldsync::sync
