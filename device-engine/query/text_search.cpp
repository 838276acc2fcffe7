#include "query/text_search.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace fieldsync::device {
namespace {

constexpr std::size_t kPlaces = 16;
constexpr char kCaseBit = 'a' ^ 'A';

using Block = std::uint8_t __attribute__((vector_size(kPlaces)));

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char small(char c) {
    return is_letter(c) ? static_cast<char>(c | kCaseBit) : c;
}

// All ones where the byte is this one, or may be it in the other case.
Block same(const char* bytes, char wanted) {
    Block block;
    std::memcpy(&block, bytes, kPlaces);
    if (is_letter(wanted)) block |= static_cast<std::uint8_t>(kCaseBit);
    return reinterpret_cast<Block>(block == static_cast<std::uint8_t>(wanted));
}

}  // namespace

TextSearch::TextSearch(std::string_view wanted) : wanted_(wanted) {
    std::ranges::transform(wanted_, wanted_.begin(), small);
}

bool TextSearch::is_in(std::string_view text) const {
    if (wanted_.empty()) return true;
    if (text.size() < wanted_.size()) return false;
    const std::size_t places = text.size() - wanted_.size() + 1;
    std::size_t at = 0;
    for (; at + kPlaces <= places; at += kPlaces)
        if (is_in_block(text.data() + at)) return true;
    if (at < places && places >= kPlaces) return is_in_block(text.data() + places - kPlaces);
    for (; at < places; ++at)
        if (is_at(text.data() + at)) return true;
    return false;
}

bool TextSearch::is_in_block(const char* places) const {
    const Block may_be = same(places, wanted_.front()) & same(places + wanted_.size() - 1, wanted_.back());
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), &may_be, kPlaces);
    if ((halves[0] | halves[1]) == 0) return false;
    for (std::size_t i = 0; i < kPlaces; ++i)
        if (may_be[i] != 0 && is_at(places + i)) return true;
    return false;
}

bool TextSearch::is_at(const char* place) const {
    return std::equal(wanted_.begin(), wanted_.end(), place,
                      [](char wanted, char c) { return wanted == small(c); });
}

}  // namespace fieldsync::device
