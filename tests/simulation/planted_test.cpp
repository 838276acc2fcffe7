// The simulator proves itself: each planted fault is found.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "simulation/planted/planted.hpp"
#include "simulation/run.hpp"
#include "support/fakes.hpp"

namespace fieldsync::simulation {
namespace {

constexpr std::uint64_t kSeedsMax = 200;

std::vector<std::string> planted_faults() {
    std::ifstream file(FIELDSYNC_PLANTED_FAULTS);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    static const std::regex is_on("planted::is\\(\"([a-z_]+)\"\\)");
    std::set<std::string> names;
    for (std::sregex_iterator one(text.begin(), text.end(), is_on), end; one != end; ++one)
        names.insert((*one)[1]);
    return {names.begin(), names.end()};
}

class PlantedTest : public ::testing::TestWithParam<std::string> {};

TEST_P(PlantedTest, is_found) {
    spdlog::set_level(spdlog::level::off);
    if (std::filesystem::exists("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
    ::setenv("FIELDSYNC_TEST_STORAGE", "sqlite", 1);
    planted::on = nullptr;
    const Town town;
    const testing::TempDir scratch;
    const std::string fault = GetParam();
    planted::on = fault.c_str();
    std::uint64_t seed = 1;
    std::optional<Failure> failure;
    for (; seed <= kSeedsMax && !failure; ++seed)
        failure = run(town, Plan::draw(seed, Weather::mixed), scratch.path() / "run", false).failure;
    planted::on = nullptr;
    ASSERT_TRUE(failure) << "not found in " << kSeedsMax << " seeds";
    std::cout << fault << ": found by seed " << seed - 1 << ": " << failure->check << ": " << failure->what
              << "\n";
}

INSTANTIATE_TEST_SUITE_P(All, PlantedTest, ::testing::ValuesIn(planted_faults()),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace fieldsync::simulation
