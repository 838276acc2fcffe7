// Shrinking: a history that fails, made as short as it goes while it fails by the same check.
#pragma once

#include <cstddef>

#include "simulation/run.hpp"

namespace fieldsync::simulation {

struct Shrunk {
    Plan plan;
    Result result;  // with its lines
    std::size_t runs = 0;
};

// `failed`: what `plan` came to. Tries at most `runs_max` shorter ones.
Shrunk shrink(const Town& town, const Plan& plan, const Failure& failed,
              const std::filesystem::path& directory, std::size_t runs_max = 400);

}  // namespace fieldsync::simulation
