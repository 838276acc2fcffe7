#include "measure.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace fieldsync::bench {
namespace {

using Runs = std::vector<benchmark::BenchmarkReporter::Run>;

class Collector final : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(const Context& /*context*/) override { return true; }
    void ReportRuns(const Runs& runs) override {
        for (const Run& run : runs)
            if (run.run_type == Run::RT_Iteration) runs_[run.run_name.function_name].push_back(run);
    }
    [[nodiscard]] const std::map<std::string, Runs>& runs() const { return runs_; }

  private:
    std::map<std::string, Runs> runs_;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// What a time in seconds is in the unit; what a counter is.
double in_unit(double seconds, Unit unit) {
    switch (unit) {
        case Unit::microseconds:
            return seconds * 1e6;
        case Unit::milliseconds:
            return seconds * 1e3;
        case Unit::per_second:
            return 1 / seconds;
        default:
            throw std::logic_error("a time is not of this unit");
    }
}

// Times have their counters in seconds as well.
double counter_in_unit(double counter, Unit unit) {
    if (unit == Unit::megabytes_per_second || unit == Unit::megabytes) return counter / 1e6;
    if (unit == Unit::kilobytes) return counter / 1e3;
    return unit == Unit::microseconds || unit == Unit::milliseconds ? in_unit(counter, unit) : counter;
}

double read(const std::map<std::string, Runs>& all, const Reading& reading, Unit unit) {
    const auto found = all.find(reading.measurement);
    if (found == all.end()) throw std::runtime_error(reading.measurement + " was not run");
    std::vector<double> values;
    for (const auto& run : found->second) {
        if (run.error_occurred) throw std::runtime_error(reading.measurement + ": " + run.error_message);
        if (reading.counter.empty()) {
            values.push_back(in_unit(run.real_accumulated_time / static_cast<double>(run.iterations), unit));
        } else {
            const auto counter = run.counters.find(reading.counter);
            if (counter == run.counters.end())
                throw std::runtime_error(reading.measurement + " has no " + reading.counter);
            values.push_back(counter_in_unit(counter->second.value, unit));
        }
    }
    return median(std::move(values));
}

// A fixture that cannot be made fails its measurement, not the run.
void run_guarded(const Measurement& measurement, benchmark::State& state) {
    try {
        measurement.run(state);
    } catch (const std::exception& failure) {
        state.SkipWithError(failure.what());
    }
}

}  // namespace

std::optional<double> Row::ratio() const {
    if (!ours || !baseline || *baseline == 0) return std::nullopt;
    return *ours / *baseline;
}

std::optional<bool> Row::passes() const {
    if (!figure.expected.value && !figure.expected.ratio) return std::nullopt;
    const auto holds = [&](const std::optional<double>& is, const std::optional<double>& wanted) {
        if (!wanted) return true;
        return is && (more_is_better(figure.unit) ? *is >= *wanted : *is <= *wanted);
    };
    return holds(ours, figure.expected.value) && holds(ratio(), figure.expected.ratio);
}

std::optional<bool> Row::leads() const {
    if (!figure.leader) return std::nullopt;
    return ours && (more_is_better(figure.unit) ? *ours >= *figure.leader : *ours <= *figure.leader);
}

void measure(Group group, const std::function<bool(const Figure&)>& wanted,
             const std::function<void(const Row&)>& tell) {
    std::set<std::string> needed;
    std::erase_if(group.figures, [&](const Figure& figure) { return !wanted(figure); });
    for (const Figure& figure : group.figures) {
        needed.insert(figure.ours.measurement);
        if (figure.baseline) needed.insert(figure.baseline->measurement);
    }
    if (needed.empty()) return;
    for (const Measurement& measurement : group.measurements) {
        if (!needed.contains(measurement.name)) continue;
        auto* registered = benchmark::RegisterBenchmark(
            measurement.name.c_str(),
            [&measurement](benchmark::State& state) { run_guarded(measurement, state); });
        registered->Repetitions(measurement.repetitions);
        if (measurement.is_single)
            registered->Iterations(1)->UseManualTime();
        else
            registered->UseRealTime();
    }
    Collector collector;
    benchmark::RunSpecifiedBenchmarks(&collector);
    benchmark::ClearRegisteredBenchmarks();
    for (const Figure& figure : group.figures) {
        Row row{figure, {}, {}, {}};
        try {
            row.ours = read(collector.runs(), figure.ours, figure.unit);
            if (figure.baseline) row.baseline = read(collector.runs(), *figure.baseline, figure.unit);
        } catch (const std::exception& failure) {
            row.error = failure.what();
        }
        tell(row);
    }
}

}  // namespace fieldsync::bench
