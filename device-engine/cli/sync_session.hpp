// What the way a session ended means to people and to scripts.
#pragma once

#include <optional>
#include <string>

#include "cli/failure.hpp"
#include "fieldsync/device/transport.hpp"

namespace fieldsync::cli {

// The store was wiped, because the server said so.
bool wipes(const device::SyncResult& result);
// Connected, and staying; said by a daemon.
inline constexpr const char* kLive = "live";
// In a few words, for Engine::set_sync_state(): "done", "offline: …", "refused: code".
std::string state_of(const device::SyncResult& result);
// The failure that such a state tells of; nothing for one that went well, or goes on.
std::optional<Failure> failure_of_state(const std::string& state);

// Of a session, or a sign-in, that did not end well.
Failure failure_of_end(device::SyncEnd end, const std::string& code, const std::string& message);
Failure failure_of(const device::SyncResult& result);

}  // namespace fieldsync::cli
