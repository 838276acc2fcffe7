#include "simulation/run.hpp"

#include "simulation/history.hpp"
#include "simulation/violation.hpp"

namespace fieldsync::simulation {

Result run(const Town& town, const Plan& plan, const std::filesystem::path& directory, bool keeps_trace) {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    Result result;
    {
        History history(town, plan, directory, keeps_trace);
        try {
            history.play();
        } catch (const Violation& violation) {
            result.failure = Failure{violation.check(), violation.what()};
        } catch (const std::exception& error) {
            result.failure = Failure{"nothing is thrown", error.what()};
        }
        result.trace_hash = history.trace().hash();
        result.lines = history.trace().lines();
        result.simulated_us = history.scheduler().now_us();
        result.faulty_us = std::min(plan.end_us, result.simulated_us);
        result.events = history.scheduler().steps();
        result.log_hash = history.log().hash();
        result.change_sets = schema::number(history.log().head());
    }
    std::filesystem::remove_all(directory);
    return result;
}

}  // namespace fieldsync::simulation
