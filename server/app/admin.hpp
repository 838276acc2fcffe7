// What operators and load balancers ask: /metrics, /healthz, /readyz.
#pragma once

#include "http/router.hpp"
#include "http/server.hpp"
#include "metrics/metrics.hpp"
#include "sync/services.hpp"

namespace fieldsync::server::app {

// Alive, and able to reach the data.
void mount_health(http::Router& router, storage::Database& database, storage::ReadBridge& reads);

// `state` is asked for at each request, where reads run.
void mount_metrics(http::Router& router, Metrics& metrics, std::function<Metrics::State()> state,
                   storage::ReadBridge& reads);

// What the database and the live sessions say. The lags are those of the devices seen in the last 30 days,
// the latest 10,000 at the most.
void look_up(Metrics::State& state, SyncServices& services);

}  // namespace fieldsync::server::app
