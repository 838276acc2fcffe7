// fieldsync: the device engine on the command line. Parses, opens the store, runs one command, reports.
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "cli/command_line.hpp"
#include "cli/report.hpp"

namespace {

using namespace fieldsync;
using namespace fieldsync::cli;

Failure not_signed_in(const std::string& store) {
    return failed("not_signed_in",
                  "Nobody is signed in on the store " + store + ": `fieldsync login` does it.");
}

Outcome<Exit> run(const Chosen& chosen, const Settings& settings) {
    // Only login makes a store: a mistyped directory shall not become one.
    if (!chosen.makes_store && !std::filesystem::exists(chosen.store)) return not_signed_in(chosen.store);
    SystemClock clock(settings.clock_offset_ms);
    SystemRandom random;
    device::EngineOptions options;
    options.path = chosen.store;
    options.clock = &clock;
    options.random = &random;
    options.map_size_first = settings.map_size_first.value_or(options.map_size_first);
    const auto engine = device::Engine::open(options);
    if (engine.has_error()) return failure_of(engine.error());
    if (!chosen.makes_store && !(*engine)->account()) return not_signed_in(chosen.store);
    Context context{**engine, *options.schema, random, settings, std::cout, std::cerr, chosen.json};
    return chosen.run(context);
}

}  // namespace

int main(int argc, char** argv) {
    Exit exit = Exit::failed;
    const auto chosen = parse_command_line(argc, argv, std::cout, std::cerr, exit);
    if (!chosen) return static_cast<int>(exit);
    try {
        const auto outcome = run(*chosen, read_settings());
        exit = outcome.has_error() ? report(outcome.error(), chosen->json, std::cout, std::cerr) : *outcome;
    } catch (const std::invalid_argument& problem) {  // a setting in the environment
        exit = report(wrong_use(problem.what()), chosen->json, std::cout, std::cerr);
    } catch (const std::exception& problem) {  // the store cannot go on
        exit = report(failed("storage", problem.what()), chosen->json, std::cout, std::cerr);
    }
    return static_cast<int>(exit);
}
