#include "cli/commands/sync.hpp"

#include <algorithm>

#include "cli/progress_bar.hpp"
#include "cli/sync_session.hpp"

namespace fieldsync::cli {
namespace {

using schema::Uid;
using std::chrono::milliseconds;

constexpr milliseconds kHolderWaitMax{30'000};  // what a daemon with a network needs for an outbox, amply
constexpr milliseconds kHolderPoll{100};
// When it does not say that it is live: it may be another command, which ends soon, or just about to connect.
constexpr milliseconds kHolderPatience{2'000};

std::vector<Uid> rejected_uids(const device::Engine& engine) {
    std::vector<Uid> uids;
    for (const device::RejectedItem& item : engine.rejected()) uids.push_back(item.set.uid);
    return uids;
}

void print_done(const Context& context, std::uint64_t applied) {
    const device::Status status = context.engine.status();
    const std::uint64_t cursor = schema::number(status.cursor.seq);
    if (context.json) {
        JsonWriter json;
        json.begin_object().field("state", "done").field("applied", applied).field("pending", status.pending);
        json.field("rejected", status.rejected).field("conflicts", status.conflicts).field("cursor", cursor);
        json.end_object();
        context.print(json);
        return;
    }
    context.out << "synced: " << applied << " records applied, " << status.pending << " pending, "
                << status.rejected << " rejected, " << status.conflicts << " conflicts, cursor " << cursor
                << "\n";
}

void tell_rejected(const Context& context, const std::vector<Uid>& before) {
    const std::vector<Uid> now = rejected_uids(context.engine);
    const auto is_new = [&](const Uid& uid) {
        return std::find(before.begin(), before.end(), uid) == before.end();
    };
    const auto count = std::count_if(now.begin(), now.end(), is_new);
    if (count != 0)
        context.err << "fieldsync: the server rejected " << count
                    << (count == 1 ? " change-set" : " change-sets") << "; `fieldsync rejected` says why\n";
}

Outcome<device::SyncResult> run(const Context& context, device::SyncCall call, bool over_http) {
    const auto account = context.engine.account();
    if (!account) return failed("not_signed_in", "Nobody is signed in on this store.");
    ProgressBar bar(context.err, context.settings.shows_progress && !context.json);
    call.on_progress = [&](const device::SyncProgress& progress) { bar.show(progress); };
    call.server_url = account->server_url;
    auto result =
        device::sync(context.engine, call, over_http ? device::Carrier::http : device::Carrier::websocket);
    if (result.server_was_restored)
        context.err << "fieldsync: the server was restored from a backup; this store's work of the last 14 "
                       "days was offered to it again\n";
    context.engine.set_sync_state(state_of(result));
    if (result.end != device::SyncEnd::done) return failure_of(result);
    return result;
}

// Who calls holds the lease.
Outcome<Exit> sync_and_print(const Context& context, bool over_http) {
    const std::vector<Uid> before = rejected_uids(context.engine);
    const auto result = run(context, {}, over_http);
    tell_rejected(context, before);
    if (result.has_error()) return result.error();
    print_done(context, result->records_applied);
    return Exit::done;
}

}  // namespace

Outcome<Exit> sync_once(Context& context, bool over_http) {
    for (milliseconds waited{0};; waited += kHolderPoll) {
        if (const auto lease = context.engine.try_sync_lease()) return sync_and_print(context, over_http);
        if (waited.count() == 0) {
            context.err << "fieldsync: another process syncs this store; waiting for it\n";
            context.engine.ask_to_sync();
        }
        const device::Status status = context.engine.status();
        if (waited >= kHolderPatience)  // it had the time to notice that it is wanted
            if (auto failure = failure_of_state(status.sync_state)) return *failure;
        if (status.unsent == 0 && (status.sync_state == kLive || waited >= kHolderPatience)) break;
        if (waited >= kHolderWaitMax)
            return failed("store_busy",
                          "It has not sent everything in 30 seconds. Its state: " + status.sync_state);
        sleep_for(kHolderPoll);
    }
    print_done(context, 0);
    return Exit::done;
}

Outcome<Exit> verify(Context& context, bool over_http) {
    const auto lease = context.engine.try_sync_lease();
    if (!lease) return failed("store_busy", "Another process syncs this store: stop it to verify.");
    device::SyncCall call;
    call.verify = true;
    const auto result = run(context, std::move(call), over_http);
    if (result.has_error()) return result.error();
    if (!result->verified || !result->verified->comparable)
        return failed("not_comparable", "The server's data kept changing meanwhile: try again.");
    const std::vector<Uid>& diverged = result->verified->diverged;
    if (context.json) {
        JsonWriter json;
        json.begin_object().field("agrees", diverged.empty()).key("diverged").begin_array();
        for (const Uid& scope : diverged) json.value(scope.to_string());
        json.end_array().end_object();
        context.print(json);
    } else if (diverged.empty()) {
        context.out << "this store agrees with the server\n";
    } else {
        context.out << "these scopes differed and were sent again:\n";
        for (const Uid& scope : diverged) context.out << scope.to_string() << "\n";
    }
    return diverged.empty() ? Exit::done : Exit::failed;
}

}  // namespace fieldsync::cli
