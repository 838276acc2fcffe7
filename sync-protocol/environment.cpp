#include "fieldsync/sync/environment.hpp"

namespace fieldsync::sync {

std::uint64_t Random::next_u64() {
    std::array<std::uint8_t, 8> bytes{};
    fill(bytes);
    std::uint64_t out = 0;
    for (const std::uint8_t byte : bytes) out = out << 8 | byte;
    return out;
}

schema::Uid new_uid(Clock& clock, Random& random) {
    std::array<std::uint8_t, 10> bytes{};
    random.fill(bytes);
    return schema::make_uid_v7(clock.now_us() / 1000, bytes);
}

}  // namespace fieldsync::sync
