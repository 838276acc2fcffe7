#include "app/admin.hpp"

#include <algorithm>
#include <map>

#include "records/values.hpp"
#include "surfaces/reading.hpp"

namespace fieldsync::server::app {
namespace {

constexpr std::int64_t kSeenLatelyUs = std::int64_t{30} * 24 * 3600 * 1'000'000;
constexpr std::int64_t kDevicesMax = 10'000;
constexpr std::int64_t kReadyMs = 2'000;

constexpr const char* kDevices =
    "SELECT d.business_id, d.uid, d.cursor, h.seq FROM device d JOIN head h ON h.business_id = d.business_id"
    " WHERE d.last_contact_at > ?1 AND d.state = 'active' ORDER BY d.last_contact_at DESC LIMIT ?2";
constexpr const char* kConflicts = "SELECT CAST(sum(last) AS BIGINT) FROM id_counter WHERE name = 'conflict'";

http::Response unavailable() {
    return http::Response::json(503, R"({"status":"unavailable"})");
}

}  // namespace

void mount_health(http::Router& router, storage::Database& database, storage::ReadBridge& reads) {
    router.get("/healthz", [](http::Request&) -> http::Answer {
        return http::Response::json(200, R"({"status":"ok"})");
    });
    const auto look = [&database]() -> http::Answer {
        try {
            database.read([](storage::Connection& connection) { connection.integer("SELECT 1"); });
            return http::Response::json(200, R"({"status":"ready"})");
        } catch (const std::exception&) {
            return unavailable();
        }
    };
    // Whoever asks gives up soon: a database that hangs is one that is not there.
    http::RouteOptions soon;
    soon.deadline_ms = kReadyMs;
    router.get(
        "/readyz",
        [&reads, look](http::Request&) { return surfaces::answer_by_reading(reads, look, unavailable); },
        soon);
}

void mount_metrics(http::Router& router, Metrics& metrics, std::function<Metrics::State()> state,
                   storage::ReadBridge& reads) {
    const auto look = [&metrics, state = std::move(state)]() -> http::Answer {
        try {
            return http::Response::bytes(200, "text/plain; version=0.0.4; charset=utf-8",
                                         metrics.exposition(state()));
        } catch (const std::exception&) {
            return unavailable();
        }
    };
    router.get("/metrics", [&reads, look](http::Request&) {
        return surfaces::answer_by_reading(reads, look, unavailable);
    });
}

void look_up(Metrics::State& state, SyncServices& services) {
    // A live device is further than the registry knows, which hears of it at hello.
    std::map<std::pair<BusinessId, schema::Uid>, std::uint64_t> live;
    for (const LiveDevice& device : services.live.all()) {
        ++state.live_devices;
        std::uint64_t& cursor = live[{device.business, device.device}];
        cursor = std::max(cursor, schema::number(device.cursor));
    }
    state.diverged_scopes = services.diverged_scopes;
    state.writes_waiting = services.writes.counters().waiting;
    services.database.read([&](storage::Connection& connection) {
        state.conflicts = static_cast<std::uint64_t>(connection.integer(kConflicts).value_or(0));
        connection.query(
            kDevices, {services.clock.now_us() - kSeenLatelyUs, kDevicesMax}, [&](storage::Row& row) {
                Metrics::State::DeviceLag& lag = state.lags.emplace_back();
                lag.business = BusinessId{row.integer(0)};
                lag.device = read_uid(row, 1);
                auto cursor = static_cast<std::uint64_t>(row.integer(2));
                if (const auto found = live.find({lag.business, lag.device}); found != live.end())
                    cursor = std::max(cursor, found->second);
                const auto head = static_cast<std::uint64_t>(row.integer(3));
                lag.entries = head - std::min(head, cursor);
            });
    });
}

}  // namespace fieldsync::server::app
