#include "fieldsync/device/transport.hpp"

namespace fieldsync::device {
namespace {

// Which of its work such a server still has, nobody can say here: all that is kept is offered again, and what
// the server knows gets its first receipt.
constexpr schema::Seq kNothingIsSure{};

bool asks(const SyncResult& result, sync::GoodbyeAction action) {
    return result.end == SyncEnd::goodbye && result.goodbye && result.goodbye->action == action;
}

SyncResult session(Engine& engine, const SyncCall& call, Carrier carrier) {
    return carrier == Carrier::http ? sync_over_http(engine.session_store(), call)
                                    : sync_over_websocket(engine.session_store(), call);
}

}  // namespace

SyncResult sync(Engine& engine, const SyncCall& call, Carrier carrier) {
    SyncResult result = session(engine, call, carrier);
    if (asks(result, sync::GoodbyeAction::resync)) {
        const bool is_restored = result.goodbye->code == "server_restored";
        engine.resync(is_restored ? std::optional(kNothingIsSure) : std::nullopt);
        result = session(engine, call, carrier);
        result.server_was_restored = is_restored;
    }
    if (asks(result, sync::GoodbyeAction::wipe)) engine.wipe();
    return result;
}

}  // namespace fieldsync::device
