#include "simulation/report.hpp"

#include <unistd.h>

#include <cstdio>

#include "simulation/scheduler.hpp"

namespace fieldsync::simulation {
namespace {

std::string with_one_decimal(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", number);
    return text;
}

// A phone that looks for news and finds none.
bool is_idle(const std::string& line) {
    if (line.ends_with("has synced")) return true;
    return line.find("applies up to") != std::string::npos && line.find(',') == std::string::npos;
}

}  // namespace

void Report::count(const Result& result) {
    ++seeds_;
    change_sets_ += result.change_sets;
    events_ += result.events;
    simulated_us_ += result.simulated_us;
    faulty_us_ += result.faulty_us;
}

std::string Report::figures(double elapsed_s) const {
    const double days = static_cast<double>(simulated_us_) / (86'400.0 * kSecond);
    const double share =
        simulated_us_ == 0 ? 0 : 100.0 * static_cast<double>(faulty_us_) / static_cast<double>(simulated_us_);
    return std::to_string(seeds_) + " seeds, " + std::to_string(failures_) + " failed, " +
           with_one_decimal(static_cast<double>(seeds_) / std::max(elapsed_s, 0.001)) + " seeds/s; " +
           with_one_decimal(days) + " days, " + with_one_decimal(share) + " % of them with faults";
}

void Report::progress(std::uint64_t seed, double elapsed_s) {
    static const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
    if (!is_terminal || elapsed_s < told_at_s_ + 1) return;
    told_at_s_ = elapsed_s;
    std::printf("\r\033[Kseed %llu: %s", static_cast<unsigned long long>(seed), figures(elapsed_s).c_str());
    std::fflush(stdout);
}

void Report::summary(double elapsed_s) {
    if (::isatty(STDOUT_FILENO) == 1) std::printf("\r\033[K");
    std::printf("%s, %llu log entries, %llu events, %s s\n", figures(elapsed_s).c_str(),
                static_cast<unsigned long long>(change_sets_), static_cast<unsigned long long>(events_),
                with_one_decimal(elapsed_s).c_str());
}

void Report::failed(const Plan& plan, const Result& result, const Shrunk& shrunk) {
    ++failures_;
    std::printf("\n=== seed %llu breaks \"%s\": %s\n    again: %s --seed %llu --trace\n",
                static_cast<unsigned long long>(plan.seed), result.failure->check.c_str(),
                result.failure->what.c_str(), repeat_.c_str(), static_cast<unsigned long long>(plan.seed));
    std::printf("    shrunk in %zu runs:\n\n%s\n", shrunk.runs, words_of_plan(shrunk.plan).c_str());
    for (const std::string& line : shrunk.result.lines)
        if (!is_idle(line)) std::printf("%s\n", line.c_str());
    if (shrunk.result.failure)
        std::printf("\n    \"%s\": %s\n\n", shrunk.result.failure->check.c_str(),
                    shrunk.result.failure->what.c_str());
    std::fflush(stdout);
}

std::string words_of_plan(const Plan& plan) {
    std::string words = "    phones:";
    for (std::size_t i = 0; i < plan.phones.size(); ++i) {
        const PhonePlan& phone = plan.phones[i];
        if (phone.is_left_out) continue;
        words += " /" + std::to_string(i) + (phone.over_http ? " (HTTP" : " (WebSocket");
        if (phone.is_older) words += ", older";
        if (phone.clock_offset_us != 0)
            words += ", clock " + std::to_string(phone.clock_offset_us / kSecond) + " s off";
        words += ")";
    }
    const Faults& faults = plan.faults;
    words += "\n    network: " + std::to_string(faults.latency_min_us / 1'000) + " to " +
             std::to_string(faults.latency_max_us / 1'000) + " ms";
    const auto rate = [&](const char* what, std::uint64_t per_mille) {
        if (per_mille != 0) words += std::string(", ") + what + " " + std::to_string(per_mille) + " ‰";
    };
    rate("frames cut", faults.cut);
    rate("of these in the middle", faults.cut_in_middle);
    rate("half open", faults.half_open);
    rate("requests lost", faults.lost_request);
    rate("answers lost", faults.lost_answer);
    rate("requests made twice", faults.twice);
    words += "\n    limits: chunks " + std::to_string(plan.bounds.chunk_bytes) + " B, window " +
             std::to_string(plan.bounds.window_bytes) + " B, pushes " +
             std::to_string(plan.bounds.push_bytes) + " B\n";
    return words;
}

}  // namespace fieldsync::simulation
