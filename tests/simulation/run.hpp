// Run: one history from its plan: the world is made, people and faults have their time, then the faults stop, and what
// must hold is looked at.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "simulation/plan.hpp"
#include "simulation/town.hpp"

namespace fieldsync::simulation {

struct Failure {
    std::string check, what;
};

struct Result {
    std::optional<Failure> failure;
    std::uint64_t trace_hash = 0;
    std::uint64_t log_hash = 0;  // of the server's log: the same whatever database it is in
    std::int64_t simulated_us = 0, faulty_us = 0;
    std::uint64_t change_sets = 0, events = 0;
    std::vector<std::string> lines;
};

// `directory`: for its files, made and removed.
Result run(const Town& town, const Plan& plan, const std::filesystem::path& directory, bool keeps_trace);

}  // namespace fieldsync::simulation
