// Runs the measurements of figures with Google Benchmark, those of a group in turns (so that what the machine
// does meanwhile strikes ours and the baseline alike), and reads their medians.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "figure.hpp"

namespace fieldsync::bench {

struct Row {
    Figure figure;
    std::optional<double> ours, baseline;  // in the figure's unit; none: it failed
    std::string error;

    [[nodiscard]] std::optional<double> ratio() const;
    // Nothing where nothing is expected.
    [[nodiscard]] std::optional<bool> passes() const;
    [[nodiscard]] std::optional<bool> leads() const;
};

// The figures that `wanted` says yes to, each told as soon as its group is done.
void measure(Group group, const std::function<bool(const Figure&)>& wanted,
             const std::function<void(const Row&)>& tell);

}  // namespace fieldsync::bench
