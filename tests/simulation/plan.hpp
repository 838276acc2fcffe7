// Plan: what is going to happen in a run, drawn from its seed: who there is and, step by step, what people do and
// what breaks. Each step has dice of its own, so that a step left out changes nothing of the others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/faults.hpp"

namespace fieldsync::simulation {

enum class StepKind : std::uint8_t {
    // work
    phone_writes,   // somebody does something on his phone
    office_writes,  // somebody does something over REST
    twins,          // two phones set one field of one record at the same moment by their clocks
    assigns,        // an admin gives a lead, a client or a project to somebody, or takes it away
    outbox_care,    // somebody sends again or drops what was refused
    phone_verifies,
    // faults
    phone_offline,
    phone_dies,  // now, or at a commit point
    phone_disk_full,
    phone_clock,
    phone_is_copied,  // kept aside, for the next two
    phone_is_restored,
    phone_is_cloned,
    connection_breaks,
    server_dies,
    server_restarts,  // drained
    server_disk_full,
    server_is_backed_up,
    server_is_restored,
    server_clock,
    token_ends,
    plan_off,
    user_off,
    role_changes,
};

std::string_view word_of(StepKind kind);
bool is_fault(StepKind kind);

struct Step {
    std::int64_t at_us = 0;
    StepKind kind{};
    std::uint32_t phone = 0;  // where it is about one
    std::uint64_t dice = 0;
    bool is_left_out = false;
};

struct PhonePlan {
    std::uint32_t user = 0;  // into Town::staff
    bool over_http = false;
    bool is_older = false;  // of the schema before
    std::int64_t clock_offset_us = 0;
    bool is_left_out = false;
};

// Limits that the programs have as constants: in a simulation small ones come up as well (planted.hpp).
struct Bounds {
    std::uint64_t chunk_bytes = 0, window_bytes = 0, push_bytes = 0, following_max = 0;
};

struct Plan {
    std::uint64_t seed = 0;
    Weather weather = Weather::mixed;
    Faults faults;
    Bounds bounds;
    std::vector<PhonePlan> phones;
    std::vector<Step> steps;  // by time
    std::int64_t end_us = 0;  // then the faults stop

    static Plan draw(std::uint64_t seed, Weather weather);
};

}  // namespace fieldsync::simulation
