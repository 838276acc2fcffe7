// Carries sync sessions to a server: over a WebSocket, or in plain HTTP requests for bad networks and
// proxies. Each call blocks its thread until the session is at its end, and touches the store only from that
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "fieldsync/device/engine.hpp"
#include "fieldsync/sync/device_session.hpp"

namespace fieldsync::device {

enum class SyncEnd : std::uint8_t {
    done,        // nothing is left to push or to pull
    goodbye,     // the server refused: SyncResult::goodbye says why and what to do
    no_network,  // not reached, or lost on the way; nothing is lost, try again
    broken,      // what came is not the protocol
    stopped,     // SyncCall::should_stop said so
};

struct SyncResult {
    SyncEnd end = SyncEnd::no_network;
    std::string message;  // for people
    std::optional<sync::Goodbye> goodbye;
    std::optional<sync::Verified> verified;
    std::uint64_t records_applied = 0;
    // The server was restored from a backup: the store began anew and offered its work of the last 14 days
    // again.
    bool server_was_restored = false;
};

struct SyncProgress {
    std::uint64_t records_applied = 0;
    std::uint64_t records_left = 0;  // an estimate
    bool is_live = false;            // caught up, and staying
};

struct SyncCall {
    std::string server_url;  // http://host:port
    bool verify = false;
    bool live = false;  // WebSocket only: stay until the connection ends or `should_stop`
    std::function<void(const SyncProgress&)> on_progress;
    // Asked a few times a second while live, and after each local write of this process.
    std::function<bool()> should_stop;
    // True once after new local writes of other processes; the store tells of this one's itself.
    std::function<bool()> outbox_grew;
};

enum class Carrier : std::uint8_t { websocket, http };

// One session of the store with its server, and what the server's goodbye asks of the store: a resync is
// begun and synced at once, a revoked device's store is wiped. The caller holds the sync lease.
SyncResult sync(Engine& engine, const SyncCall& call, Carrier carrier);

// Only the session.
SyncResult sync_over_websocket(sync::SessionStore& store, const SyncCall& call);
SyncResult sync_over_http(sync::SessionStore& store, const SyncCall& call);

struct SignInCall {
    std::string server_url;
    std::string email;
    std::string password;
    sync::Uid device;
    std::string device_name;
};

struct SignedIn {
    std::string token;
    sync::Uid user;
    std::string user_name;
    std::string user_type;  // "admin" or "staff"
    sync::Uid business;
    std::string business_name;
};

struct SignInResult {
    SyncEnd end = SyncEnd::no_network;  // done, goodbye (refused), no_network or broken
    std::string code;                   // refused: the server's word
    std::string message;
    std::optional<SignedIn> signed_in;
};

SignInResult sign_in(const SignInCall& call);

}  // namespace fieldsync::device
