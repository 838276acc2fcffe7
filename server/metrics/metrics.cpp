#include "metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "fieldsync/schema/field.hpp"

namespace fieldsync::server {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Registry;

// Seconds: from what a cached read takes to what a client waits for at the most.
const Histogram::BucketBoundaries& latency_bounds() {
    static const Histogram::BucketBoundaries bounds{
        0.000'1, 0.000'25, 0.000'5, 0.001, 0.002'5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30};
    return bounds;
}

// Jobs in a group, up to what a group may hold.
const Histogram::BucketBoundaries& group_bounds() {
    static const Histogram::BucketBoundaries bounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    return bounds;
}

// What a pushed change-set may come to.
enum Kind : std::size_t { applied, merged, rejected, renumber };
constexpr std::array<const char*, 4> kKinds{"applied", "merged", "rejected", "renumber"};
constexpr std::array<const char*, 3> kOrigins{"rest", "push", "system"};  // as in Origin

Kind kind_of(const WriteOutcome& outcome) {
    if (outcome.must_renumber) return renumber;
    if (outcome.receipt.status == sync::ReceiptStatus::rejected) return rejected;
    return outcome.receipt.status == sync::ReceiptStatus::merged ? merged : applied;
}

Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Gauge>& gauges(Registry& registry, const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(registry);
}

Family<Histogram>& histograms(Registry& registry, const char* name, const char* help) {
    return BuildHistogram().Name(name).Help(help).Register(registry);
}

// One counter for each value of a label, found by the value's place.
template <std::size_t N>
std::array<Counter*, N> each(Family<Counter>& family, const char* label,
                             const std::array<const char*, N>& values) {
    std::array<Counter*, N> made{};
    for (std::size_t i = 0; i < N; ++i) made[i] = &family.Add({{label, values[i]}});
    return made;
}

// A counter that somebody else counts.
void bring_to(Counter& counter, std::uint64_t total) {
    const double more = static_cast<double>(total) - counter.Value();
    if (more > 0) counter.Increment(more);
}

}  // namespace

struct Metrics::Families {
    Registry registry;
    Family<Counter>& requests =
        counters(registry, "fieldsync_http_requests_total", "HTTP requests answered.");
    Family<Histogram>& latencies = histograms(registry, "fieldsync_http_request_seconds",
                                              "From the end of the header to the last byte of the answer.");
    std::array<Counter*, kOrigins.size()> change_sets = each(
        counters(registry, "fieldsync_change_sets_total", "Change-sets that went through the write path."),
        "origin", kOrigins);
    std::array<Counter*, kKinds.size()> receipts = each(
        counters(registry, "fieldsync_receipts_total", "What became of pushed change-sets."), "kind", kKinds);
    Family<Counter>& refusals = counters(registry, "fieldsync_rejected_total", "Rejected change-sets.");
    Family<Counter>& merges =
        counters(registry, "fieldsync_merges_total", "Concurrent writes of one field, by policy.");
    Histogram& group_jobs = histograms(registry, "fieldsync_write_group_jobs", "Jobs that shared a commit.")
                                .Add({}, group_bounds());
    Counter& conflicts =
        counters(registry, "fieldsync_conflicts_total", "Conflict records made, ever.").Add({});
    Counter& diverged = counters(registry, "fieldsync_diverged_scopes_total",
                                 "Scopes that a device held otherwise than the server.")
                            .Add({});
    Gauge& live_devices =
        gauges(registry, "fieldsync_live_devices", "Devices that are connected and stay.").Add({});
    Gauge& connections =
        gauges(registry, "fieldsync_http_connections", "Open connections, WebSockets included.").Add({});
    Gauge& waiting = gauges(registry, "fieldsync_write_queue_jobs", "Writes that wait.").Add({});
    Family<Gauge>& lags =
        gauges(registry, "fieldsync_device_lag_entries", "Log entries that a device has yet to see.");
    // What requests of one kind count in, found once: to look it up by its labels takes some 3 us.
    struct OfRequests {
        Counter* count = nullptr;
        Histogram* latency = nullptr;  // none of what is answered when it only begins
    };
    OfRequests& of_requests(const std::string& method, const std::string& route, unsigned status);
    std::shared_mutex finding;
    std::unordered_map<std::string, OfRequests> found;  // by method, status, route: these bound it

    std::mutex asking;  // one at a time: the lags are made anew
    std::vector<Gauge*> lags_told;
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

Metrics::Families::OfRequests& Metrics::Families::of_requests(const std::string& method,
                                                              const std::string& route, unsigned status) {
    std::string key = method;
    key.append(" ").append(std::to_string(status)).append(" ").append(route);
    {
        const std::shared_lock lock(finding);
        if (const auto at = found.find(key); at != found.end()) return at->second;
    }
    const std::lock_guard lock(finding);
    OfRequests& made = found[key];
    made.count = &requests.Add({{"method", method}, {"route", route}, {"status", std::to_string(status)}});
    constexpr unsigned kSwitchingProtocols = 101;  // it lasts as long as the connection
    if (status != kSwitchingProtocols) made.latency = &latencies.Add({{"route", route}}, latency_bounds());
    return made;
}

void Metrics::answered(const http::AccessEntry& request) {
    // Who asks for what is not there may call the method what he likes: that is no label.
    static const std::string none = "none";
    const bool is_known = !request.route.empty();
    const auto& [count, latency] = families_->of_requests(is_known ? request.method : none,
                                                          is_known ? request.route : none, request.status);
    count->Increment();
    if (latency != nullptr) latency->Observe(static_cast<double>(request.duration_us) / 1e6);
}

void Metrics::written(const WriteRequest& request, const WriteOutcome& outcome) {
    families_->change_sets.at(static_cast<std::size_t>(request.origin))->Increment();
    const Kind kind = kind_of(outcome);
    if (request.origin == Origin::push) families_->receipts.at(kind)->Increment();
    if (kind == renumber) return;
    if (kind == rejected) families_->refusals.Add({{"code", outcome.receipt.code}}).Increment();
    for (const sync::MergeNote& merge : outcome.receipt.merges)
        families_->merges.Add({{"policy", std::string(schema::name_of(merge.policy))}}).Increment();
}

void Metrics::group_committed(std::size_t jobs) {
    families_->group_jobs.Observe(static_cast<double>(jobs));
}

std::string Metrics::exposition(const State& state) {
    const std::lock_guard lock(families_->asking);
    bring_to(families_->conflicts, state.conflicts);
    bring_to(families_->diverged, state.diverged_scopes);
    families_->live_devices.Set(static_cast<double>(state.live_devices));
    families_->connections.Set(static_cast<double>(state.connections));
    families_->waiting.Set(static_cast<double>(state.writes_waiting));
    for (Gauge* told : families_->lags_told) families_->lags.Remove(told);
    families_->lags_told.clear();
    for (const State::DeviceLag& lag : state.lags) {
        Gauge& gauge = families_->lags.Add(
            {{"business", std::to_string(number(lag.business))}, {"device", lag.device.to_string()}});
        gauge.Set(static_cast<double>(lag.entries));
        families_->lags_told.push_back(&gauge);
    }
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace fieldsync::server
