// A session in HTTP exchanges. Each request begins with hello, which carries the cursor, so acknowledgements
// of chunks are not sent; what is still to be pulled is asked for again.
#include <algorithm>

#include "fieldsync/device/transport.hpp"
#include "fieldsync/sync/codec.hpp"
#include "transport/http_call.hpp"
#include "transport/limits.hpp"

namespace fieldsync::device {
namespace {

constexpr const char* kMediaType = "application/x-fieldsync";

SyncResult ended(const sync::DeviceSession& session) {
    SyncResult result;
    result.records_applied = session.records_applied();
    result.goodbye = session.goodbye();
    result.verified = session.verified();
    result.end = SyncEnd::done;
    if (session.failure()) {
        result.end = SyncEnd::broken;
        result.message = *session.failure();
    } else if (session.goodbye()) {
        result.end = SyncEnd::goodbye;
        result.message = session.goodbye()->message;
    }
    return result;
}

SyncResult failed(SyncEnd end, std::string message) {
    SyncResult result;
    result.end = end;
    result.message = std::move(message);
    return result;
}

// What goes into the next request behind its hello.
std::string body_of(sync::SessionStore& store, const std::vector<sync::Message>& frames, bool is_first) {
    std::string body;
    if (is_first) {
        for (const sync::Message& frame : frames) sync::append_framed(frame, body);
        return body;
    }
    sync::append_framed(store.hello(), body);
    bool asks = false;
    for (const sync::Message& frame : frames) {
        if (std::holds_alternative<sync::ChunkStored>(frame)) continue;
        asks =
            asks || std::holds_alternative<sync::Pull>(frame) || std::holds_alternative<sync::Verify>(frame);
        sync::append_framed(frame, body);
    }
    if (!asks) sync::append_framed(sync::Pull{}, body);
    return body;
}

// Confirms the receipts of the last answer. Nothing depends on it: what does not arrive is confirmed another
// time.
void tell_last(HttpCaller& caller, sync::SessionStore& store, const std::vector<sync::Message>& frames) {
    std::string body;
    sync::append_framed(store.hello(), body);
    bool tells = false;
    for (const sync::Message& frame : frames) {
        if (!std::holds_alternative<sync::ReceiptsStored>(frame)) continue;
        sync::append_framed(frame, body);
        tells = true;
    }
    if (tells) caller.post("/sync/v1/exchange", kMediaType, std::move(body));
}

}  // namespace

SyncResult sync_over_http(sync::SessionStore& store, const SyncCall& call) {
    const auto address = parse_address(call.server_url);
    if (!address) return failed(SyncEnd::broken, "not a server's address: " + call.server_url);
    HttpCaller caller(*address);
    sync::DeviceSession session(store, {.live = false, .verify = call.verify});
    std::vector<sync::Message> frames = session.start();
    for (bool is_first = true;; is_first = false) {
        if (call.should_stop && call.should_stop()) return failed(SyncEnd::stopped, "stopped");
        HttpAnswer answer = caller.post("/sync/v1/exchange", kMediaType, body_of(store, frames, is_first));
        frames.clear();
        if (answer.status == 0) return failed(SyncEnd::no_network, answer.failure);
        if (answer.status >= 500)
            return failed(SyncEnd::no_network, "the server answers " + std::to_string(answer.status));
        if (answer.status != 200)
            return failed(SyncEnd::broken, "the server answers " + std::to_string(answer.status));
        auto messages = sync::decode_framed(answer.body, limits::messages_max);
        if (!messages) return failed(SyncEnd::broken, messages.error().what);
        for (const sync::Message& message : *messages) {
            if (!is_first && std::holds_alternative<sync::Welcome>(message)) continue;
            for (sync::Message& frame : session.receive(message)) frames.push_back(std::move(frame));
            if (call.on_progress)
                call.on_progress({session.records_applied(), session.records_left(), false});
        }
        if (session.state() == sync::SessionState::done || session.state() == sync::SessionState::closed) {
            tell_last(caller, store, frames);
            return ended(session);
        }
    }
}

}  // namespace fieldsync::device
