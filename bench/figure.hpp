// What is measured, as values: measurements (one benchmark each), and figures, the table's rows, which read
// them. A Group's measurements share fixtures; these live as long as the group and are made at first use.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fieldsync::bench {

enum class Unit : std::uint8_t {
    // less is better
    microseconds,
    milliseconds,
    kilobytes,
    megabytes,
    fewer,  // a plain number
    // more is better
    per_second,
    megabytes_per_second,
    count,
};

constexpr bool more_is_better(Unit unit) {
    return unit == Unit::per_second || unit == Unit::megabytes_per_second || unit == Unit::count;
}

struct Measurement {
    std::string name;
    std::function<void(benchmark::State&)> run;
    int repetitions = 5;
    // One iteration a repetition: for what takes a second, or cannot be done twice in the same place. Such a
    // one times itself (SetIterationTime).
    bool is_single = false;
};

// The median over a measurement's repetitions, of its time per iteration or of one of its counters.
struct Reading {
    std::string measurement;
    std::string counter{};  // empty: the time
};

inline constexpr const char* kItems = "items_per_second";  // SetItemsProcessed
inline constexpr const char* kBytes = "bytes_per_second";  // SetBytesProcessed

// What is accepted. At least or at most, as the unit has it.
struct Expected {
    std::optional<double> value{};  // in the figure's unit
    std::optional<double> ratio{};  // ours through the baseline's
};

struct Figure {
    std::string name;
    Unit unit = Unit::microseconds;
    Reading ours;
    std::optional<Reading> baseline{};
    std::string baseline_is{};  // what it does, in a few words
    Expected expected{};
    std::optional<double> leader{};  // what leads the field on such a machine
};

struct Group {
    std::vector<Measurement> measurements;
    std::vector<Figure> figures;
    std::string left_out{};  // why none of it can be measured here; empty: it can
};

}  // namespace fieldsync::bench
