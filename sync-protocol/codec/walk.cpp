#include "codec/walk.hpp"

#include <array>

namespace fieldsync::sync::codec {

bool Walk::read_long(Header& out, std::uint8_t first) {
    std::uint64_t n = 0;
    switch (first) {
        case 0xc0:
            return set(out, Kind::nil, 0);
        case 0xc2:
        case 0xc3:
            return set(out, Kind::boolean, first & 1U);
        case 0xc4:
        case 0xc5:
        case 0xc6:
            return take(1U << (first - 0xc4U), n) && set_payload(out, Kind::binary, n);
        case 0xc7:
        case 0xc8:
        case 0xc9:  // an extension's type is a byte more
            return take(1U << (first - 0xc7U), n) && set_payload(out, Kind::other, n + 1);
        case 0xca:
        case 0xcb:
            return set_payload(out, Kind::other, first == 0xca ? 4 : 8);
        case 0xcc:
        case 0xcd:
        case 0xce:
        case 0xcf:
            return take(1U << (first - 0xccU), n) && set(out, Kind::number, n);
        case 0xd0:
            return take(1, n) && set_signed(out, static_cast<std::int8_t>(n));
        case 0xd1:
            return take(2, n) && set_signed(out, static_cast<std::int16_t>(n));
        case 0xd2:
            return take(4, n) && set_signed(out, static_cast<std::int32_t>(n));
        case 0xd3:
            return take(8, n) && set_signed(out, static_cast<std::int64_t>(n));
        case 0xd4:
        case 0xd5:
        case 0xd6:
        case 0xd7:
        case 0xd8:
            return set_payload(out, Kind::other, (1U << (first - 0xd4U)) + 1);
        case 0xd9:
        case 0xda:
        case 0xdb:
            return take(1U << (first - 0xd9U), n) && set_payload(out, Kind::text, n);
        case 0xdc:
        case 0xdd:
            return take(first == 0xdc ? 2 : 4, n) && set_elements(out, Kind::array, n);
        case 0xde:
        case 0xdf:
            return take(first == 0xde ? 2 : 4, n) && set_elements(out, Kind::map, n);
        default:
            return fail("not msgpack");
    }
}

bool Walk::skip_elements(const Header& header) {
    std::array<std::uint64_t, limits::nesting_max> left{};  // values to go in each container around
    std::size_t inside = 0;
    Header next = header;
    for (;;) {
        if (next.kind == Kind::array || next.kind == Kind::map) {
            if (depth_ + inside == limits::nesting_max) return fail("nested too deep");
            left[inside++] = next.kind == Kind::map ? 2 * next.number : next.number;
        } else {
            skip_rest(next);
        }
        while (inside > 0 && left[inside - 1] == 0) --inside;
        if (inside == 0) return true;
        --left[inside - 1];
        if (!read(next)) return false;
    }
}

}  // namespace fieldsync::sync::codec
