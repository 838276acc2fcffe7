// The sync surface: POST /sync/v1/login, /sync/v1/exchange, and the WebSocket /sync/v1/live.
#pragma once

#include <functional>

#include "accounts/sign_in.hpp"
#include "http/router.hpp"
#include "sync/services.hpp"

namespace fieldsync::server {

struct SyncMount {
    SyncServices& services;
    accounts::SignIn& sign_in;
    std::function<void(std::function<void()>)> post_io;  // a pool that outlives the router
};

void mount_sync(http::Router& router, const SyncMount& mount);

}  // namespace fieldsync::server
