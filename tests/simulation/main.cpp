// fieldsync-simulate: histories by the thousand, each from a seed. See README.md.
#include <spdlog/spdlog.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include "simulation/planted/planted.hpp"
#include "simulation/run.hpp"
#include "support/fakes.hpp"
using namespace fieldsync::simulation;
int main(int argc, char** argv) {
    spdlog::set_level(spdlog::level::off);
    const std::uint64_t from = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
    const std::uint64_t n = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const bool trace = argc > 3 && argv[3][0] == 't';
    fieldsync::planted::on = argc > 4 ? argv[4] : nullptr;
    if (std::filesystem::exists("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
    Town town;
    fieldsync::testing::TempDir dir;
    const auto began = std::chrono::steady_clock::now();
    int failed = 0;
    for (std::uint64_t seed = from; seed < from + n; ++seed) {
        const auto result = run(town, Plan::draw(seed, Weather::mixed), dir.path() / "run", trace);
        for (const auto& line : result.lines) std::printf("%s\n", line.c_str());
        if (result.failure) {
            ++failed;
            std::printf("seed %llu: %s: %s\n", static_cast<unsigned long long>(seed),
                        result.failure->check.c_str(), result.failure->what.c_str());
        }
        if (trace)
            std::printf("hash %llx events %llu\n", static_cast<unsigned long long>(result.trace_hash),
                        static_cast<unsigned long long>(result.events));
    }
    const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::printf("%llu seeds, %d failed, %.1f seeds/s\n", static_cast<unsigned long long>(n), failed,
                static_cast<double>(n) / s);
    return failed != 0;
}
