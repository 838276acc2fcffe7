// What fieldsync-simulate says: how far it is, and of a failing seed what happened, in words.
#pragma once

#include <string>

#include "simulation/shrink.hpp"

namespace fieldsync::simulation {

class Report {
  public:
    // `repeat`: how to run a seed again, without the seed.
    explicit Report(std::string repeat) : repeat_(std::move(repeat)) {}

    void count(const Result& result);
    // A line a second, where somebody looks.
    void progress(std::uint64_t seed, double elapsed_s);
    void failed(const Plan& plan, const Result& result, const Shrunk& shrunk);
    void summary(double elapsed_s);

    [[nodiscard]] std::uint64_t failures() const { return failures_; }

  private:
    [[nodiscard]] std::string figures(double elapsed_s) const;

    const std::string repeat_;
    std::uint64_t seeds_ = 0, failures_ = 0, change_sets_ = 0, events_ = 0;
    std::int64_t simulated_us_ = 0, faulty_us_ = 0;
    double told_at_s_ = 0;
};

std::string words_of_plan(const Plan& plan);

}  // namespace fieldsync::simulation
