// Faults: how bad a run's networks, disks and machines are. Each run draws its own mix: most kinds are off in most
// runs, so that every combination comes up sooner or later.
#pragma once

#include <cstdint>
#include <string>

#include "simulation/dice.hpp"

namespace fieldsync::simulation {

enum class Weather : std::uint8_t {
    mixed,  // the default: each seed its own
    worst,  // every fault at its highest
    calm,   // none
};

struct Faults {
    // Per mille. Of each frame of a WebSocket: the connection ends at it.
    std::uint64_t cut = 0;
    // Of those that are cut: in the middle of the frame, the part of it arriving; only one direction is lost and
    // nobody notices for a while.
    std::uint64_t cut_in_middle = 0, half_open = 0;
    // Of each HTTP exchange: lost on the way there, lost on the way back (the server did it all), made twice.
    std::uint64_t lost_request = 0, lost_answer = 0, twice = 0;
    std::int64_t latency_min_us = 10'000, latency_max_us = 10'000;

    // How often in a history, per mille of its steps.
    std::uint64_t offline = 0, phone_dies = 0, phone_disk_full = 0, phone_clock = 0, phone_copies = 0,
                  server_dies = 0, server_disk_full = 0, server_backups = 0, server_clock = 0, rights = 0,
                  accounts = 0;

    static Faults draw(Weather weather, Dice dice);
};

}  // namespace fieldsync::simulation
