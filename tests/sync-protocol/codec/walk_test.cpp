// What the walk takes for msgpack, and where each value ends, is what msgpack's own parser says.
#include "codec/walk.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <msgpack/null_visitor.hpp>
#include <msgpack/pack.hpp>
#include <msgpack/sbuffer.hpp>
#include <msgpack/unpack.hpp>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

class Anything : public msgpack::null_visitor {
  public:
    void parse_error(std::size_t /*parsed*/, std::size_t /*at*/) {}
    void insufficient_bytes(std::size_t /*parsed*/, std::size_t /*at*/) {}
};

// How long the first value is by msgpack's parser; nothing when there is none.
std::optional<std::size_t> parsed(const std::string& bytes) {
    Anything visitor;
    std::size_t at = 0;
    if (!msgpack::parse(bytes.data(), bytes.size(), at, visitor)) return std::nullopt;
    return at;
}

std::optional<std::size_t> walked(const std::string& bytes) {
    codec::Walk walk(bytes);
    if (!walk.skip()) return std::nullopt;
    return walk.position();
}

RC_GTEST_PROP(Walk, ends_where_the_parser_ends, ()) {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    RC_ASSERT(walked(bytes) == parsed(bytes));
}

using Packer = msgpack::packer<msgpack::sbuffer>;

// Random bytes are mostly short; these are values of every encoding, in one another, and cut somewhere.
void pack_any(Packer& packer, std::size_t depth);

void pack_many(Packer& packer, std::size_t count, std::size_t depth) {
    for (std::size_t i = 0; i < count; ++i) pack_any(packer, depth);
}

void pack_any(Packer& packer, std::size_t depth) {
    const auto size = *rc::gen::element<std::uint32_t>(0, 1, 15, 16, 31, 32, 255, 256, 65'535, 65'536);
    const std::string payload(size, 'x');
    const auto elements = *rc::gen::element<std::uint32_t>(0, 1, 3, 16);
    switch (*rc::gen::inRange(0, depth == 0 ? 7 : 9)) {
        case 0:
            packer.pack_nil();
            break;
        case 1:
            *rc::gen::arbitrary<bool>() ? packer.pack_true() : packer.pack_false();
            break;
        case 2:
            packer.pack_int64(*rc::gen::arbitrary<std::int64_t>() >> *rc::gen::inRange(0, 64));
            break;
        case 3:
            packer.pack_uint64(*rc::gen::arbitrary<std::uint64_t>() >> *rc::gen::inRange(0, 64));
            break;
        case 4:
            *rc::gen::arbitrary<bool>() ? packer.pack_double(1.5) : packer.pack_float(1.5F);
            break;
        case 5:
            packer.pack_str(size);
            packer.pack_str_body(payload.data(), size);
            break;
        case 6:
            *rc::gen::arbitrary<bool>() ? packer.pack_bin(size) : packer.pack_ext(size, 5);
            packer.pack_bin_body(payload.data(), size);
            break;
        case 7:
            packer.pack_array(elements);
            pack_many(packer, elements, depth - 1);
            break;
        default:
            packer.pack_map(elements);
            pack_many(packer, 2 * std::size_t{elements}, depth - 1);
            break;
    }
}

RC_GTEST_PROP(Walk, ends_where_a_whole_value_ends, ()) {
    msgpack::sbuffer buffer;
    Packer packer(buffer);
    pack_any(packer, 3);
    std::string bytes(buffer.data(), buffer.size());
    RC_ASSERT(walked(bytes) == bytes.size());
    RC_ASSERT(parsed(bytes) == bytes.size());
    bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
    RC_ASSERT(!walked(bytes).has_value());
}

}  // namespace
}  // namespace fieldsync::sync::test
