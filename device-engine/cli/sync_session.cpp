#include "cli/sync_session.hpp"

namespace fieldsync::cli {

using device::SyncEnd;
using device::SyncResult;
using sync::GoodbyeAction;

SyncResult run_session(device::Engine& engine, const device::Account& account, device::SyncCall call,
                       bool over_http) {
    call.server_url = account.server_url;
    const auto once = [&] {
        return over_http ? device::sync_over_http(engine.session_store(), call)
                         : device::sync_over_websocket(engine.session_store(), call);
    };
    SyncResult result = once();
    if (result.goodbye && result.goodbye->action == GoodbyeAction::resync) {
        engine.resync();
        result = once();
    }
    if (wipes(result)) engine.wipe();
    return result;
}

bool wipes(const SyncResult& result) {
    return result.goodbye && result.goodbye->action == GoodbyeAction::wipe;
}

std::string state_of(const SyncResult& result) {
    switch (result.end) {
        case SyncEnd::done:
            return "done";
        case SyncEnd::goodbye:
            return "refused: " + (result.goodbye ? result.goodbye->code : std::string());
        case SyncEnd::no_network:
            return "offline: " + result.message;
        case SyncEnd::broken:
            return "broken: " + result.message;
        case SyncEnd::stopped:
            break;
    }
    return "stopped";
}

Failure failure_of_end(SyncEnd end, const std::string& code, const std::string& message) {
    switch (end) {
        case SyncEnd::goodbye:
            return {Exit::refused, code.empty() ? "refused" : code,
                    message.empty() ? "No reason was given." : message};
        case SyncEnd::no_network:
            return {Exit::no_network, "no_network", "No network: " + message};
        case SyncEnd::broken:
            return failed("broken", "The server speaks another protocol: " + message);
        case SyncEnd::done:
        case SyncEnd::stopped:
            break;
    }
    return failed("stopped", message);
}

Failure failure_of(const SyncResult& result) {
    return failure_of_end(result.end, result.goodbye ? result.goodbye->code : std::string(), result.message);
}

}  // namespace fieldsync::cli
