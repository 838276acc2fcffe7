#include "simulation/trace.hpp"

#include <cstdio>

namespace fieldsync::simulation {

void Trace::say(std::int64_t at_us, std::string_view who, std::string_view what) {
    const auto add = [&](std::string_view bytes) {
        for (const char byte : bytes) {
            hash_ ^= static_cast<std::uint8_t>(byte);
            hash_ *= 0x100000001B3ULL;
        }
    };
    for (int shift = 0; shift < 64; shift += 8) {
        const char byte = static_cast<char>(static_cast<std::uint64_t>(at_us) >> shift);
        add({&byte, 1});
    }
    add(who);
    add("\t");
    add(what);
    add("\n");
    if (!keeps_) return;
    std::string line = time_text(at_us);
    line.append(line.size() < 12 ? 12 - line.size() : 1, ' ').append(who);
    line.append(who.size() < 14 ? 14 - who.size() : 1, ' ').append(what);
    lines_.push_back(std::move(line));
}

std::string time_text(std::int64_t at_us) {
    const std::int64_t ms = at_us / 1000;
    char text[48];
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld.%03lld", static_cast<long long>(ms / 3'600'000),
                  static_cast<long long>(ms / 60'000 % 60), static_cast<long long>(ms / 1'000 % 60),
                  static_cast<long long>(ms % 1'000));
    return text;
}

}  // namespace fieldsync::simulation
