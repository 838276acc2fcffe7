// One sync session of a store with its server, and what follows at once from the way it ended.
#pragma once

#include <functional>
#include <string>

#include "cli/failure.hpp"
#include "fieldsync/device/engine.hpp"
#include "fieldsync/device/transport.hpp"

namespace fieldsync::cli {

// `call.server_url` is filled in here. Who calls holds the sync lease. A server that was restored from a
// backup is synced with anew, once. A revoked device's store is wiped.
device::SyncResult run_session(device::Engine& engine, const device::Account& account, device::SyncCall call,
                               bool over_http);

bool wipes(const device::SyncResult& result);
// In a few words, for Engine::set_sync_state(): "done", "offline: …", "refused: code".
std::string state_of(const device::SyncResult& result);

// Of a session, or a sign-in, that did not end well.
Failure failure_of_end(device::SyncEnd end, const std::string& code, const std::string& message);
Failure failure_of(const device::SyncResult& result);

}  // namespace fieldsync::cli
