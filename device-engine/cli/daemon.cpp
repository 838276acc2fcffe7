#include "cli/daemon.hpp"

#include "cli/sync_session.hpp"

namespace fieldsync::cli {
namespace {

using device::Account;
using device::SyncEnd;
using device::SyncResult;
using std::chrono::milliseconds;
using sync::GoodbyeAction;

constexpr milliseconds kBackoffFirst{1'000};
constexpr milliseconds kBackoffMost{60'000};
// A server that will not have this device for now: somebody has to do something there or here.
constexpr milliseconds kRefusedWait{60'000};
// The server's word on when to come back is kept up to here: a wrong one shall not silence a device for days.
constexpr milliseconds kRetryAfterMax{3'600'000};
constexpr milliseconds kHttpPoll{2'000};
constexpr milliseconds kLeasePoll{500};
constexpr milliseconds kSlice{50};  // how quickly a signal or a local write is noticed

bool needs_somebody(const sync::Goodbye& goodbye) {
    return goodbye.action == GoodbyeAction::sign_in || goodbye.action == GoodbyeAction::upgrade ||
           goodbye.action == GoodbyeAction::stay_offline;
}

}  // namespace

Daemon::Daemon(device::Engine& engine, sync::Random& random, DaemonOptions options)
    : engine_(engine),
      options_(std::move(options)),
      backoff_(random, kBackoffFirst, options_.backoff_max.value_or(kBackoffMost)) {}

Outcome<Exit> Daemon::run() {
    wait_for_lease();
    while (!options_.should_stop()) {
        const auto account = engine_.account();
        if (!account) {
            say("refused: not_signed_in", "Nobody is signed in on this store.");
            wait_for_account();
            continue;
        }
        const SyncResult result = session(*account);
        if (result.server_was_restored) say("resynced: the server was restored from a backup");
        if (result.end == SyncEnd::stopped) break;
        if (result.end == SyncEnd::done) {
            backoff_.reset();
            say(kLive);
            wait_for_work();
            continue;
        }
        say(state_of(result), result.goodbye ? result.goodbye->message : std::string());
        if (wipes(result)) return failure_of(result);
        wait_after(result, *account);
    }
    say("stopped");
    return Exit::done;
}

void Daemon::wait_for_lease() {
    for (lease_ = engine_.try_sync_lease(); !lease_ && !options_.should_stop();
         lease_ = engine_.try_sync_lease()) {
        say("waiting: another process syncs this store");
        wait(kLeasePoll);
    }
}

SyncResult Daemon::session(const Account& account) {
    syncs_asked_ = engine_.syncs_asked();
    device::SyncCall call;
    call.server_url = account.server_url;
    call.live = !options_.over_http;
    call.should_stop = options_.should_stop;
    call.outbox_grew = [this] { return outbox_grew(); };
    call.on_progress = [this](const device::SyncProgress& progress) {
        if (!progress.is_live) return;
        backoff_.reset();
        say(kLive);
    };
    return device::sync(engine_, call,
                        options_.over_http ? device::Carrier::http : device::Carrier::websocket);
}

// Somebody who signs in, or asks for a sync, is not kept waiting.
void Daemon::wait_after(const SyncResult& result, const Account& account) {
    const auto early = [&] { return engine_.syncs_asked() != syncs_asked_ || engine_.account() != account; };
    if (!result.goodbye) return wait(backoff_.next(), early);
    if (needs_somebody(*result.goodbye)) return wait(at_most_cap(backoff_.jittered(kRefusedWait)), early);
    const milliseconds asked(result.goodbye->retry_after_ms);
    if (asked.count() == 0) return wait(backoff_.next(), early);
    wait(backoff_.jittered(std::min(asked, kRetryAfterMax)));
}

void Daemon::wait_for_work() {
    wait(kHttpPoll, [this] { return outbox_grew(); });
}

void Daemon::wait_for_account() {
    wait(kRefusedWait, [this] { return engine_.account().has_value(); });
}

void Daemon::wait(Milliseconds time, const std::function<bool()>& early) {
    while (time.count() > 0 && !options_.should_stop() && !(early && early())) {
        const Milliseconds slice = std::min(time, kSlice);
        options_.sleep(slice);
        time -= slice;
    }
}

Daemon::Milliseconds Daemon::at_most_cap(Milliseconds time) const {
    return options_.backoff_max ? std::min(time, *options_.backoff_max) : time;
}

bool Daemon::outbox_grew() {
    const std::uint64_t now = engine_.last_transaction();
    if (now == seen_transaction_) return false;
    seen_transaction_ = now;
    return engine_.status().unsent != 0;  // a session's own commits are not growth
}

void Daemon::say(const std::string& state, const std::string& message) {
    if (state == state_) return;
    state_ = state;
    if (lease_) engine_.set_sync_state(state);
    options_.on_state(state, message);
}

}  // namespace fieldsync::cli
