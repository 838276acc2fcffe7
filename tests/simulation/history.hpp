// History: a run under way: everything there is in it, and what each step of the plan does.
#pragma once

#include <memory>
#include <vector>

#include "simulation/office.hpp"
#include "simulation/phone.hpp"
#include "simulation/plan.hpp"
#include "simulation/run.hpp"
#include "simulation/verdicts.hpp"

namespace fieldsync::simulation {

class History {
  public:
    History(const Town& town, const Plan& plan, std::filesystem::path directory, bool keeps_trace);
    ~History();

    // Throws Violation.
    void play();

    [[nodiscard]] const Trace& trace() const { return trace_; }
    [[nodiscard]] const LogModel& log() const { return log_; }
    [[nodiscard]] const Scheduler& scheduler() const { return scheduler_; }

  private:
    void after_each();
    void take(const Step& step);
    void take_phones(const Step& step, Phone& phone, Dice& dice);
    void take_servers(const Step& step, Dice& dice);
    void twins(Dice& dice);
    void phone_dies(Phone& phone, Dice& dice);
    void server_dies(Dice& dice);
    void clone(const Phone& phone);
    void calm_down();
    void settle();
    void begin_afresh();
    void look_at_the_end();

    const Town& town_;
    const Plan& plan_;
    const std::filesystem::path directory_;
    const Dice dice_;
    Trace trace_;
    Scheduler scheduler_;
    ServerHost server_;
    Network network_;
    LogModel log_;
    Verdicts verdicts_{town_, log_};
    Scene scene_;
    Office office_;
    std::vector<std::unique_ptr<Phone>> phones_;
};

}  // namespace fieldsync::simulation
