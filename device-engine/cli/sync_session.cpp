#include "cli/sync_session.hpp"

#include <string_view>

namespace fieldsync::cli {

using device::SyncEnd;
using device::SyncResult;
using sync::GoodbyeAction;

namespace {

constexpr std::string_view kRefused = "refused: ", kOffline = "offline: ";

}  // namespace

bool wipes(const SyncResult& result) {
    return result.goodbye && result.goodbye->action == GoodbyeAction::wipe;
}

std::string state_of(const SyncResult& result) {
    switch (result.end) {
        case SyncEnd::done:
            return "done";
        case SyncEnd::goodbye:
            return std::string(kRefused) + (result.goodbye ? result.goodbye->code : std::string());
        case SyncEnd::no_network:
            return std::string(kOffline) + result.message;
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

std::optional<Failure> failure_of_state(const std::string& state) {
    if (state.starts_with(kRefused))
        return failure_of_end(SyncEnd::goodbye, state.substr(kRefused.size()),
                              "So the process that syncs this store was told.");
    if (state.starts_with(kOffline))
        return failure_of_end(SyncEnd::no_network, {}, state.substr(kOffline.size()));
    return std::nullopt;
}

Failure failure_of(const SyncResult& result) {
    return failure_of_end(result.end, result.goodbye ? result.goodbye->code : std::string(), result.message);
}

}  // namespace fieldsync::cli
