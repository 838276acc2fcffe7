#include "simulation/shrink.hpp"

#include <algorithm>
#include <functional>

namespace fieldsync::simulation {
namespace {

class Shrinking {
  public:
    Shrinking(const Town& town, const Plan& plan, std::string check, const std::filesystem::path& directory,
              std::size_t runs_max)
        : town_(town), best_(plan), check_(std::move(check)), directory_(directory), runs_left_(runs_max) {}

    const Plan& run() {
        without_a_kind_of_fault();
        without_phones();
        without_steps();
        without_a_kind_of_fault();
        without_steps();
        return best_;
    }
    [[nodiscard]] std::size_t runs() const { return runs_; }

  private:
    bool still_fails(const Plan& plan) {
        if (runs_left_ == 0) return false;
        --runs_left_;
        ++runs_;
        const Result result = simulation::run(town_, plan, directory_, false);
        return result.failure && result.failure->check == check_;
    }
    bool attempt(const std::function<void(Plan&)>& change) {
        Plan plan = best_;
        change(plan);
        if (!still_fails(plan)) return false;
        best_ = std::move(plan);
        return true;
    }

    void without_a_kind_of_fault() {
        for (std::uint64_t Faults::*rate : {&Faults::cut, &Faults::cut_in_middle, &Faults::half_open,
                                            &Faults::lost_request, &Faults::lost_answer, &Faults::twice})
            if (best_.faults.*rate != 0) attempt([&](Plan& plan) { plan.faults.*rate = 0; });
        if (best_.faults.latency_max_us != best_.faults.latency_min_us)
            attempt([](Plan& plan) { plan.faults.latency_max_us = plan.faults.latency_min_us; });
        for (std::size_t kind = 0; kind <= static_cast<std::size_t>(StepKind::role_changes); ++kind) {
            const auto is_of_kind = [&](const Step& step) {
                return step.kind == static_cast<StepKind>(kind) && !step.is_left_out;
            };
            if (std::any_of(best_.steps.begin(), best_.steps.end(), is_of_kind))
                attempt([&](Plan& plan) {
                    for (Step& step : plan.steps) step.is_left_out = step.is_left_out || is_of_kind(step);
                });
        }
    }

    void without_phones() {
        for (std::size_t i = 0; i < best_.phones.size(); ++i)
            attempt([&](Plan& plan) { plan.phones[i].is_left_out = true; });
    }

    // Halves, quarters … down to single ones.
    void without_steps() {
        for (std::size_t size = std::max<std::size_t>(best_.steps.size() / 2, 1);; size /= 2) {
            for (std::size_t first = 0; first < best_.steps.size(); first += size) {
                const std::size_t end = std::min(first + size, best_.steps.size());
                const bool has_any = std::any_of(best_.steps.begin() + static_cast<std::ptrdiff_t>(first),
                                                 best_.steps.begin() + static_cast<std::ptrdiff_t>(end),
                                                 [](const Step& step) { return !step.is_left_out; });
                if (!has_any) continue;
                attempt([&](Plan& plan) {
                    for (std::size_t i = first; i < end; ++i) plan.steps[i].is_left_out = true;
                });
            }
            if (size == 1) return;
        }
    }

    const Town& town_;
    Plan best_;
    const std::string check_;
    const std::filesystem::path& directory_;
    std::size_t runs_left_, runs_ = 0;
};

}  // namespace

Shrunk shrink(const Town& town, const Plan& plan, const Failure& failed,
              const std::filesystem::path& directory, std::size_t runs_max) {
    Shrinking shrinking(town, plan, failed.check, directory, runs_max);
    Shrunk shrunk;
    shrunk.plan = shrinking.run();
    shrunk.runs = shrinking.runs();
    shrunk.result = run(town, shrunk.plan, directory, true);
    return shrunk;
}

}  // namespace fieldsync::simulation
