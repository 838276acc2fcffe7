#include "codec/xxh64.hpp"

#include <array>
#include <bit>
#include <cstddef>

namespace fieldsync::sync::codec {
namespace {

constexpr std::uint64_t prime_1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t prime_2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t prime_3 = 0x165667B19E3779F9;
constexpr std::uint64_t prime_4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t prime_5 = 0x27D4EB2F165667C5;

// Takes `size` bytes off the front, little endian; compilers make one load of it.
std::uint64_t take(std::string_view& bytes, std::size_t size) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < size; ++i)
        out |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
    bytes.remove_prefix(size);
    return out;
}

std::uint64_t mix(std::uint64_t lane, std::uint64_t input) {
    return std::rotl(lane + input * prime_2, 31) * prime_1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
    return (hash ^ mix(0, lane)) * prime_1 + prime_4;
}

std::uint64_t start(std::string_view& bytes) {
    if (bytes.size() < 32) return prime_5;
    std::array<std::uint64_t, 4> lanes{prime_1 + prime_2, prime_2, 0, 0 - prime_1};
    while (bytes.size() >= 32)
        for (std::uint64_t& lane : lanes) lane = mix(lane, take(bytes, 8));
    std::uint64_t hash =
        std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    for (const std::uint64_t lane : lanes) hash = merge(hash, lane);
    return hash;
}

}  // namespace

std::uint64_t xxh64(std::string_view bytes) {
    const std::uint64_t size = bytes.size();
    std::uint64_t hash = start(bytes) + size;
    while (bytes.size() >= 8) hash = std::rotl(hash ^ mix(0, take(bytes, 8)), 27) * prime_1 + prime_4;
    if (bytes.size() >= 4) hash = std::rotl(hash ^ take(bytes, 4) * prime_1, 23) * prime_2 + prime_3;
    while (!bytes.empty()) hash = std::rotl(hash ^ take(bytes, 1) * prime_5, 11) * prime_1;
    hash = (hash ^ hash >> 33) * prime_2;
    hash = (hash ^ hash >> 29) * prime_3;
    return hash ^ hash >> 32;
}

}  // namespace fieldsync::sync::codec
