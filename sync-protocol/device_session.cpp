#include "fieldsync/sync/device_session.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/limits.hpp"

namespace fieldsync::sync {

DeviceSession::DeviceSession(SessionStore& store, SessionOptions options)
    : store_(store), options_(options), verify_wanted_(options.verify) {}

std::vector<Message> DeviceSession::start() {
    Frames out;
    Hello hello = store_.hello();
    hello.live = options_.live;
    out.emplace_back(std::move(hello));
    return out;
}

std::vector<Message> DeviceSession::receive(const Message& message) {
    Frames out;
    if (state_ == SessionState::closed) return out;
    const bool may_come_first =
        std::holds_alternative<Welcome>(message) || std::holds_alternative<Goodbye>(message);
    if (state_ == SessionState::starting && !may_come_first)
        fail("a message before welcome", out);
    else
        std::visit([&](const auto& alternative) { on(alternative, out); }, message);
    return out;
}

std::vector<Message> DeviceSession::outbox_grew() {
    Frames out;
    push_more(out);
    return out;
}

void DeviceSession::on(const Welcome& welcome, Frames& out) {
    if (welcome.protocol != kProtocolVersion) return fail("a protocol that was not offered", out);
    store_.welcomed(welcome);
    if (state_ != SessionState::starting) return;  // it answers a later hello
    state_ = SessionState::working;
    push_more(out);
    out.emplace_back(Pull{});
}

void DeviceSession::on(const Goodbye& goodbye, Frames& /*out*/) {
    goodbye_ = goodbye;
    state_ = SessionState::closed;
}

void DeviceSession::on(const Receipts& receipts, Frames& out) {
    if (receipts.receipts.empty()) return;
    store_.store_receipts(receipts.receipts);
    renumbers_ = 0;
    ReceiptsStored stored;
    for (const Receipt& receipt : receipts.receipts) {
        stored.change_sets.push_back(receipt.change_set);
        receipt_seq_max_ = std::max(receipt_seq_max_, receipt.seq);
        settle(receipt.change_set);
    }
    out.emplace_back(std::move(stored));
    push_more(out);
    finish_if_done(out);
}

void DeviceSession::on(const Renumber& /*renumber*/, Frames& out) {
    if (in_flight_.empty()) return;  // it answers a push that is void already
    if (++renumbers_ > limits::renumbers_max) return fail("renumbered again and again", out);
    store_.renumber();
    in_flight_.clear();
    pushed_number_ = 0;
    push_more(out);
    finish_if_done(out);
}

void DeviceSession::on(const Chunk& chunk, Frames& out) {
    store_.apply(chunk);
    ++chunks_;
    records_applied_ += chunk.changes.size();
    for (const SnapshotPart& part : chunk.parts) records_applied_ += part.records.size();
    records_left_ = chunk.records_left;
    out.emplace_back(ChunkStored{chunk.cursor.seq});
    if (chunk.is_last) pulled_ = true;
    finish_if_done(out);
}

void DeviceSession::on(const Verified& verified, Frames& out) {
    if (!verifying_) return fail("verified without verify", out);
    verifying_ = false;
    verified_ = verified;
    if (verified.comparable) {
        verify_wanted_ = false;
        if (!verified.diverged.empty()) {
            store_.resend_scopes(verified.diverged);
            if (!options_.live) pull_again(out);
        }
    } else {
        verify_wanted_ = ++verify_tries_ < limits::verify_tries_max;
        verify_from_ = verified.head;
        if (verify_wanted_ && !options_.live && store_.cursor().seq < verify_from_) pull_again(out);
    }
    finish_if_done(out);
}

template <class Other>
void DeviceSession::on(const Other& /*message*/, Frames& out) {
    fail("a message that devices send and never get", out);
}

std::size_t DeviceSession::bytes_in_flight() const {
    std::size_t out = 0;
    for (const InFlight& push : in_flight_) out += push.bytes;
    return out;
}

void DeviceSession::settle(const Uid& change_set) {
    for (auto push = in_flight_.begin(); push != in_flight_.end(); ++push) {
        const auto found = std::ranges::find(push->waiting, change_set);  // the first one, as a rule
        if (found == push->waiting.end()) continue;
        push->waiting.erase(found);
        if (push->waiting.empty()) in_flight_.erase(push);
        return;
    }
}

void DeviceSession::push_more(Frames& out) {
    if (!is_open()) return;
    while (in_flight_.size() < limits::pushes_in_flight_max) {
        const std::size_t room =
            limits::push_window_bytes - std::min(limits::push_window_bytes, bytes_in_flight());
        Push push{
            store_.outbox(pushed_number_, std::min(limits::push_bytes_target, room), limits::push_sets_max)};
        if (push.change_sets.empty()) return;
        InFlight sent;
        for (const ChangeSet& set : push.change_sets) {
            sent.waiting.push_back(set.uid);
            sent.bytes += encoded_bytes(set);
        }
        // One that does not fit goes when it is alone.
        if (sent.bytes > room && !in_flight_.empty()) return;
        pushed_number_ = push.change_sets.back().number;
        in_flight_.push_back(std::move(sent));
        out.emplace_back(std::move(push));
    }
}

void DeviceSession::pull_again(Frames& out) {
    pulled_ = false;
    out.emplace_back(Pull{});
}

// Where the session stands once nothing is asked of the server any more; asks for what is still missing.
void DeviceSession::finish_if_done(Frames& out) {
    if (!is_open() || !pulled_) return;
    if (options_.live) state_ = SessionState::live;
    if (verifying_) return;

    const Seq cursor = store_.cursor().seq;
    if (!options_.live && cursor < receipt_seq_max_ && pulled_again_at_ != cursor) {
        // While further pushes are on their way: what both ends do for the one goes on beside the other. Once
        // from each place: a log that does not reach its own receipts is the next session's to wait for.
        pulled_again_at_ = cursor;
        return pull_again(out);
    }
    if (!in_flight_.empty()) return;
    if (verify_wanted_) {
        if (options_.live && cursor < verify_from_) return;
        verifying_ = true;
        out.emplace_back(Verify{cursor, store_.checksums()});
        return;
    }
    if (!options_.live) state_ = SessionState::done;
}

void DeviceSession::fail(std::string what, Frames& out) {
    failure_ = std::move(what);
    state_ = SessionState::closed;
    out.clear();
}

}  // namespace fieldsync::sync
