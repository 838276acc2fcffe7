#include "simulation/faults.hpp"

#include <algorithm>

namespace fieldsync::simulation {

Faults Faults::draw(Weather weather, Dice dice) {
    Faults faults;
    if (weather == Weather::calm) return faults;
    const auto up_to = [&](std::uint64_t most) -> std::uint64_t {
        if (weather == Weather::worst) return most;
        const bool is_on = dice.chance(450);
        const std::uint64_t strength = 1 + dice.pick(most);
        return is_on ? strength : 0;
    };
    faults.cut = up_to(120);
    faults.cut_in_middle = up_to(500);
    faults.half_open = up_to(500);
    faults.lost_request = up_to(200);
    faults.lost_answer = up_to(300);
    faults.twice = up_to(250);
    const std::uint64_t slowest = up_to(8'000);
    faults.latency_min_us = weather == Weather::worst ? 1'000 : dice.between(1, 60) * 1'000;
    faults.latency_max_us = std::max(faults.latency_min_us, static_cast<std::int64_t>(slowest) * 1'000);

    faults.offline = up_to(120);
    faults.phone_dies = up_to(120);
    faults.phone_disk_full = up_to(40);
    faults.phone_clock = up_to(60);
    faults.phone_copies = up_to(50);
    faults.server_dies = up_to(60);
    faults.server_disk_full = up_to(30);
    faults.server_backups = up_to(30);
    faults.server_clock = up_to(30);
    faults.rights = up_to(120);
    faults.accounts = up_to(60);
    return faults;
}

}  // namespace fieldsync::simulation
