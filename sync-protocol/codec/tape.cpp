#include "codec/tape.hpp"

#include <array>
#include <limits>
#include <msgpack/null_visitor.hpp>
#include <msgpack/unpack.hpp>

#include "fieldsync/sync/limits.hpp"

namespace fieldsync::sync::codec {
namespace {

using Tokens = boost::container::small_vector<Token, 64>;

// Offsets are kept in 32 bits.
static_assert(limits::frame_bytes_max < std::numeric_limits<std::uint32_t>::max());

// Bytes before the payload of the value whose first byte this is; all of it where there is no payload.
std::size_t header_bytes(std::uint8_t first) {
    // From 0xc4: bin, ext, float, uint, int, fixext, str, array, map, each in its sizes.
    constexpr std::array<std::uint8_t, 28> sizes{2, 3, 5, 2, 3, 5, 5, 9, 2, 3, 5, 9, 2, 3,
                                                 5, 9, 1, 1, 1, 1, 1, 2, 3, 5, 3, 5, 3, 5};
    return first >= 0xc4 && first <= 0xdf ? sizes[first - 0xc4U] : 1;
}

// What msgpack::parse calls; each visit_ and start_ returns false to stop it. The parser does not say where
// it is, so the visitor counts along.
class Visitor : public msgpack::null_visitor {
  public:
    Visitor(std::string_view bytes, Tokens& tokens) : bytes_(bytes), tokens_(tokens) {}

    bool visit_nil() { return add(TokenKind::nil, 0); }
    bool visit_boolean(bool value) { return add(TokenKind::boolean, value ? 1 : 0); }
    bool visit_positive_integer(std::uint64_t value) { return add(TokenKind::number, value); }
    bool visit_negative_integer(std::int64_t value) {
        // Signed encodings may hold what is not negative.
        return add(value < 0 ? TokenKind::negative : TokenKind::number, static_cast<std::uint64_t>(value));
    }
    bool visit_float32(float /*value*/) { return add(TokenKind::other, 0); }
    bool visit_float64(double /*value*/) { return add(TokenKind::other, 0); }
    bool visit_str(const char* /*at*/, std::uint32_t size) { return add_bytes(TokenKind::text, size); }
    bool visit_bin(const char* /*at*/, std::uint32_t size) { return add_bytes(TokenKind::binary, size); }
    bool visit_ext(const char* /*at*/, std::uint32_t size) { return add_bytes(TokenKind::other, size); }

    bool start_array(std::uint32_t elements) { return open(TokenKind::array, elements, 1); }
    bool start_map(std::uint32_t pairs) { return open(TokenKind::map, pairs, 2); }
    bool end_array() { return close(); }
    bool end_map() { return close(); }

    void parse_error(std::size_t /*parsed*/, std::size_t /*at*/) { fail("not msgpack"); }
    void insufficient_bytes(std::size_t /*parsed*/, std::size_t /*at*/) {
        position_ = bytes_.size();
        fail("cut short");
    }

    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] const char* failure() const { return failure_; }

  private:
    bool fail(const char* what) {
        if (failure_ == nullptr) failure_ = what;
        return false;
    }

    [[nodiscard]] std::size_t header_here() const {
        return header_bytes(static_cast<std::uint8_t>(bytes_[position_]));
    }

    bool add(TokenKind kind, std::uint64_t bits) {
        if (tokens_.size() == limits::tokens_max) return fail("too many values");
        tokens_.push_back({.bits = bits, .offset = static_cast<std::uint32_t>(position_), .kind = kind});
        position_ += header_here();
        return true;
    }

    bool add_bytes(TokenKind kind, std::uint32_t size) {
        const std::uint64_t begin = position_ + header_here();
        if (!add(kind, begin << 32 | size)) return false;
        position_ += size;
        return true;
    }

    bool open(TokenKind kind, std::uint32_t count, std::size_t bytes_each) {
        if (depth_ == open_.size()) return fail("nested too deep");
        if (count > (bytes_.size() - position_ - header_here()) / bytes_each)
            return fail("more elements than bytes");
        open_[depth_++] = static_cast<Tape::Index>(tokens_.size());
        return add(kind, count);
    }

    bool close() {
        Token& container = tokens_[open_[--depth_]];
        container.bits |= static_cast<std::uint64_t>(tokens_.size()) << 32;
        return true;
    }

    std::string_view bytes_;
    Tokens& tokens_;
    std::size_t position_ = 0;
    std::array<Tape::Index, limits::nesting_max> open_{};  // tokens of the containers around `position_`
    std::size_t depth_ = 0;
    const char* failure_ = nullptr;
};

}  // namespace

std::optional<CodecError> Tape::parse(std::string_view bytes) {
    if (bytes.size() > limits::frame_bytes_max) return CodecError{limits::frame_bytes_max, "too large"};
    bytes_ = bytes;
    tokens_.clear();

    Visitor visitor(bytes, tokens_);
    std::size_t parsed = 0;
    const bool is_whole = msgpack::parse(bytes.data(), bytes.size(), parsed, visitor);
    if (visitor.failure() != nullptr) return CodecError{visitor.position(), visitor.failure()};
    if (!is_whole) return CodecError{visitor.position(), "not msgpack"};
    if (parsed != bytes.size()) return CodecError{parsed, "bytes after the end"};
    return std::nullopt;
}

std::size_t Tape::extent(Index at) const {
    const Index next = after(at);
    return (next < tokens_.size() ? tokens_[next].offset : bytes_.size()) - tokens_[at].offset;
}

}  // namespace fieldsync::sync::codec
