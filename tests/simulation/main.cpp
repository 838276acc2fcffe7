// fieldsync-simulate: histories by the thousand, each from a seed. See README.md.
#include <spdlog/spdlog.h>
#include <csignal>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "simulation/planted/planted.hpp"
#include "simulation/report.hpp"
#include "support/fakes.hpp"

namespace {

using namespace fieldsync::simulation;

struct Options {
    std::uint64_t seeds = 1'000, from = 1;
    std::optional<std::uint64_t> seed;
    double minutes = 0;
    bool trace = false, keep_going = false;
    std::string database = "sqlite", weather = "mixed", planted;
};

volatile std::sig_atomic_t stopping = 0;

std::string repeat_of(const Options& options) {
    std::string command = "fieldsync-simulate";
    if (options.database != "sqlite") command += " --database " + options.database;
    if (options.weather != "mixed") command += " --weather " + options.weather;
    if (!options.planted.empty()) command += " --planted " + options.planted;
    return command;
}

int simulate(const Options& options) {
    const Weather weather = options.weather == "worst"  ? Weather::worst
                            : options.weather == "calm" ? Weather::calm
                                                        : Weather::mixed;
    const Town town;
    const fieldsync::testing::TempDir scratch;
    const auto directory = scratch.path() / "run";
    Report report(repeat_of(options));
    const auto began = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    const std::uint64_t first = options.seed.value_or(options.from);
    const std::uint64_t count = options.seed ? 1 : options.seeds;
    for (std::uint64_t n = 0; options.minutes > 0 || n < count; ++n) {
        if (stopping != 0 || (options.minutes > 0 && elapsed() > options.minutes * 60)) break;
        const Plan plan = Plan::draw(first + n, weather);
        const Result result = run(town, plan, directory, options.trace);
        report.count(result);
        for (const std::string& line : result.lines) std::printf("%s\n", line.c_str());
        if (options.trace || options.seed)
            std::printf("seed %llu: trace %016llx, log %016llx\n", static_cast<unsigned long long>(plan.seed),
                        static_cast<unsigned long long>(result.trace_hash),
                        static_cast<unsigned long long>(result.log_hash));
        if (result.failure) {
            report.failed(plan, result, shrink(town, plan, *result.failure, directory));
            if (!options.keep_going) break;
        }
        report.progress(plan.seed, elapsed());
    }
    report.summary(elapsed());
    return report.failures() == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
    Options options;
    CLI::App app{
        "Simulates fleets of devices and a server, each from a seed, and looks for what must not be."};
    app.add_option("--seeds", options.seeds, "How many");
    app.add_option("--from", options.from, "The first one");
    app.add_option("--seed", options.seed, "This one alone");
    app.add_flag("--trace", options.trace, "Print what happens");
    app.add_option("--database", options.database, "sqlite or postgresql (FIELDSYNC_TEST_POSTGRESQL)")
        ->check(CLI::IsMember({"sqlite", "postgresql"}));
    app.add_option("--minutes", options.minutes, "As many seeds as fit, instead of a number");
    app.add_option("--weather", options.weather, "mixed: each seed its own faults; worst; calm")
        ->check(CLI::IsMember({"mixed", "worst", "calm"}));
    app.add_option("--planted", options.planted, "A fault of planted/faults.cmake, which must be found");
    app.add_flag("--keep-going", options.keep_going, "Do not stop at the first seed that fails");
    CLI11_PARSE(app, argc, argv);

    spdlog::set_level(spdlog::level::off);  // what servers say of the failures that are played
    std::signal(SIGINT, [](int) { stopping = 1; });
    ::setenv("FIELDSYNC_TEST_STORAGE", options.database.c_str(), 1);
    if (std::filesystem::exists("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
    fieldsync::planted::on = options.planted.empty() ? nullptr : options.planted.c_str();
    return simulate(options);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fieldsync-simulate: %s\n", error.what());
    }
    return 1;
}
