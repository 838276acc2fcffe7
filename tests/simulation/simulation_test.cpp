// What everybody relies on when a seed is named, and a few hundred seeds.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "simulation/planted/planted.hpp"
#include "simulation/run.hpp"
#include "simulation/shrink.hpp"
#include "support/fakes.hpp"

namespace fieldsync::simulation {
namespace {

class SimulationTest : public ::testing::Test {
  protected:
    SimulationTest() {
        spdlog::set_level(spdlog::level::off);
        if (std::filesystem::exists("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
        planted::on = nullptr;
        found("sqlite");
    }
    void found(const char* storage) {
        ::setenv("FIELDSYNC_TEST_STORAGE", storage, 1);
        town_ = std::make_unique<Town>();
    }
    Result run_seed(std::uint64_t seed, Weather weather, bool keeps_trace = false) {
        return run(*town_, Plan::draw(seed, weather), directory(), keeps_trace);
    }
    void expect_to_hold(std::uint64_t first, std::uint64_t last, Weather weather) {
        for (std::uint64_t seed = first; seed <= last; ++seed) {
            const Result result = run_seed(seed, weather);
            ASSERT_FALSE(result.failure)
                << "seed " << seed << ": " << result.failure->check << ": " << result.failure->what;
        }
    }
    std::filesystem::path directory() {
        if (!scratch_) scratch_ = std::make_unique<testing::TempDir>();
        return scratch_->path() / "run";
    }

    std::unique_ptr<testing::TempDir> scratch_;
    std::unique_ptr<Town> town_;
};

TEST_F(SimulationTest, the_same_seed_gives_the_same_trace) {
    for (std::uint64_t seed = 1'000; seed < 1'010; ++seed) {
        const Result one = run_seed(seed, Weather::mixed, true), other = run_seed(seed, Weather::mixed, true);
        EXPECT_EQ(one.lines, other.lines) << seed;
        EXPECT_EQ(one.trace_hash, other.trace_hash) << seed;
        EXPECT_EQ(one.log_hash, other.log_hash) << seed;
    }
}

TEST_F(SimulationTest, the_same_seed_gives_the_same_trace_whatever_ran_before) {
    const std::uint64_t alone = run_seed(7, Weather::mixed).trace_hash;
    run_seed(8, Weather::worst);
    found("sqlite");
    EXPECT_EQ(run_seed(7, Weather::mixed).trace_hash, alone);
}

TEST_F(SimulationTest, three_hundred_seeds_hold) {
    expect_to_hold(1, 300, Weather::mixed);
}

TEST_F(SimulationTest, thirty_seeds_hold_with_every_fault_at_its_highest) {
    expect_to_hold(1, 30, Weather::worst);
}

TEST_F(SimulationTest, a_failing_history_is_shrunk_and_fails_the_same_way) {
    planted::on = "eviction_skipped";
    std::uint64_t seed = 1;
    Result result = run_seed(seed, Weather::mixed);
    while (!result.failure && seed < 200) result = run_seed(++seed, Weather::mixed);
    ASSERT_TRUE(result.failure);
    const Plan plan = Plan::draw(seed, Weather::mixed);
    const Shrunk shrunk = shrink(*town_, plan, *result.failure, directory());
    ASSERT_TRUE(shrunk.result.failure);
    EXPECT_EQ(shrunk.result.failure->check, result.failure->check);
    const auto left = std::count_if(shrunk.plan.steps.begin(), shrunk.plan.steps.end(),
                                    [](const Step& step) { return !step.is_left_out; });
    EXPECT_LE(left, 5) << "of " << plan.steps.size();
    EXPECT_FALSE(shrunk.result.lines.empty());
}

// Needs the PostgreSQL server that ./dev test starts.
using OnBothDatabases = SimulationTest;

TEST_F(OnBothDatabases, the_log_is_the_same) {
    std::vector<std::uint64_t> logs;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) logs.push_back(run_seed(seed, Weather::calm).log_hash);
    found("postgresql");
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Result result = run_seed(seed, Weather::calm);
        EXPECT_FALSE(result.failure) << seed << ": " << result.failure->what;
        EXPECT_EQ(result.log_hash, logs.at(seed - 1)) << seed;
    }
}

TEST_F(OnBothDatabases, seeds_hold_on_postgresql) {
    found("postgresql");
    expect_to_hold(1, 20, Weather::mixed);
}

}  // namespace
}  // namespace fieldsync::simulation
