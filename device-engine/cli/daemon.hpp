// Daemon: keeps a store in sync until it is told to stop. It holds the sync lease, stays connected (or asks
// again and again over HTTP), sends what any process writes, and comes back after breaks. One thread.
//
//   lease ─► session ─► live ─► (break, goodbye) ─► waiting ─► session …       stopped at any time: done
//                   └────────── (wipe) ─► refused
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/backoff.hpp"
#include "cli/failure.hpp"
#include "fieldsync/device/engine.hpp"
#include "fieldsync/device/transport.hpp"

namespace fieldsync::cli {

struct DaemonOptions {
    bool over_http = false;
    std::optional<std::chrono::milliseconds>
        backoff_max;  // for tests: also of the waits that are not backoff
    std::function<bool()> should_stop;
    std::function<void(std::chrono::milliseconds)> sleep;
    // Told each change; the message is the server's, for people, or empty.
    std::function<void(const std::string& state, const std::string& message)> on_state;
};

class Daemon {
  public:
    // `engine` and `random` outlive it.
    Daemon(device::Engine& engine, sync::Random& random, DaemonOptions options);

    // Exit::done when it was told to stop; refused when the store was wiped.
    Outcome<Exit> run();

  private:
    using Milliseconds = std::chrono::milliseconds;

    void wait_for_lease();
    device::SyncResult session(const device::Account& account);
    void wait_after(const device::SyncResult& result, const device::Account& account);
    void wait_for_work();
    void wait_for_account();
    // Sleeps in short pieces: returns early when told to stop, or when `early` says so.
    void wait(Milliseconds time, const std::function<bool()>& early = nullptr);
    [[nodiscard]] Milliseconds at_most_cap(Milliseconds time) const;
    // Another process, or this one, wrote something that is to be sent.
    bool outbox_grew();
    // Into the store as well, when it is this daemon's to speak for.
    void say(const std::string& state, const std::string& message = {});

    device::Engine& engine_;
    DaemonOptions options_;
    Backoff backoff_;
    std::optional<device::SyncLease> lease_;
    std::string state_;
    std::uint64_t seen_transaction_ = 0;
    std::uint64_t syncs_asked_ = 0;  // when the last session began
};

}  // namespace fieldsync::cli
