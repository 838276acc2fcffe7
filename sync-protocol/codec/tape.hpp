// Tape: one msgpack value, checked and laid out flat, for Reader to walk. Views into the bytes it was made
// from, which must outlive it. Safe on any bytes: memory is bounded by limits::tokens_max, nesting by
// limits::nesting_max.
//
//   bytes   82            00        05        01        92 c0 c3
//   tokens  map 2, end 6  number 0  number 5  number 1  array 2, end 7 …     `after` of a token skips it
//   whole
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fieldsync/sync/codec.hpp"

namespace fieldsync::sync::codec {

enum class TokenKind : std::uint8_t { nil, boolean, number, negative, text, binary, array, map, other };

struct Token {
    // number, negative, boolean: the value. text, binary: high half where it begins, low half its bytes.
    // array, map: high half the token after it, low half its elements (a map's pairs).
    std::uint64_t bits = 0;
    std::uint32_t offset = 0;  // of its header in the bytes
    TokenKind kind = TokenKind::nil;

    [[nodiscard]] std::uint32_t low() const { return static_cast<std::uint32_t>(bits); }
    [[nodiscard]] std::uint32_t high() const { return static_cast<std::uint32_t>(bits >> 32); }
    [[nodiscard]] bool is_container() const { return kind == TokenKind::array || kind == TokenKind::map; }
};

class Tape {
  public:
    using Index = std::uint32_t;

    // Nothing when all of `bytes` is one value.
    std::optional<CodecError> parse(std::string_view bytes);

    [[nodiscard]] const Token& operator[](Index at) const { return tokens_[at]; }
    // The token behind the value that begins at `at`.
    [[nodiscard]] Index after(Index at) const {
        return tokens_[at].is_container() ? tokens_[at].high() : at + 1;
    }
    // What a text or binary token holds.
    [[nodiscard]] std::string_view view(const Token& token) const {
        return bytes_.substr(token.high(), token.low());
    }
    // How many bytes the value at `at` takes.
    [[nodiscard]] std::size_t extent(Index at) const;

  private:
    std::string_view bytes_;
    boost::container::small_vector<Token, 64> tokens_;  // a record's fit without allocating
};

}  // namespace fieldsync::sync::codec
