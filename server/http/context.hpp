#pragma once

// What all connections of one server share. Owned by the server and by each connection; the parts are read
// only or thread safe.

#include <memory>
#include <utility>

#include "http/config.hpp"
#include "http/quota.hpp"
#include "http/router.hpp"
#include "http/task_group.hpp"

namespace fieldsync::server::http {

struct Context {
    Context(Router routes, Config configuration, Hooks outside)
        : router(std::move(routes)), config(std::move(configuration)), hooks(std::move(outside)) {}

    const Router router;
    const Config config;
    const Hooks hooks;
    const std::shared_ptr<TaskGroup> tasks = std::make_shared<TaskGroup>();
    Quota connections{config.limits.connections_max};
    Quota refusals{config.limits.refusals_max};
    Quota body_bytes{config.limits.body_bytes_total_max};
};

}  // namespace fieldsync::server::http
