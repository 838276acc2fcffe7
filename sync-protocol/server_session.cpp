#include "fieldsync/sync/server_session.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/limits.hpp"

namespace fieldsync::sync {
namespace {

std::uint64_t records_in(const Chunk& chunk) {
    std::uint64_t records = 0;
    for (const SnapshotPart& part : chunk.parts) records += part.records.size();
    return records;
}

}  // namespace

ServerActions ServerSession::close(const Goodbye& goodbye) {
    state_ = State::closed;
    ServerActions out;
    flush_receipts(out);
    out.emplace_back(Send{goodbye, {}});
    out.emplace_back(Finish{});
    return out;
}

ServerActions ServerSession::protocol_error(const std::string& what) {
    return close({"protocol_error", what, GoodbyeAction::retry_later, 60'000});
}

ServerActions ServerSession::broken(const std::string& what) {
    if (state_ == State::closed) return {};
    return protocol_error("This is not a message of the protocol: " + what + ".");
}

ServerActions ServerSession::receive(Message message) {
    ServerActions out;
    if (state_ == State::closed) return out;
    if (auto* hello = std::get_if<Hello>(&message)) {
        if (state_ != State::waiting_for_hello) return protocol_error("A second hello.");
        state_ = State::authenticating;
        authenticating_ = true;
        live_ = hello->live;
        cursor_ = hello->cursor;
        unfinished_ = hello->unfinished;
        out.emplace_back(Authenticate{std::move(*hello)});
        return out;
    }
    // Over HTTP what follows hello arrives with it: it waits for the admission, in the owner's hands.
    if (state_ != State::open) return protocol_error("The first message must be hello.");

    if (auto* push = std::get_if<Push>(&message)) {
        if (push->change_sets.empty()) return out;
        renumbering_ = false;
        awaited_receipts_ += push->change_sets.size();
        if (awaited_receipts_ > limits::unanswered_sets_max)
            return protocol_error("More change-sets on their way than the server takes at once.");
        for (ChangeSet& set : push->change_sets) out.emplace_back(Submit{std::move(set)});
    } else if (std::holds_alternative<Pull>(message)) {
        pulling_ = true;
        caught_up_ = false;
        read_on(out);
    } else if (std::holds_alternative<ChunkStored>(message)) {
        if (!unacknowledged_.empty()) {
            unacknowledged_bytes_ -= unacknowledged_.front();
            unacknowledged_.erase(unacknowledged_.begin());
        }
        read_on(out);
    } else if (auto* stored = std::get_if<ReceiptsStored>(&message)) {
        if (!stored->change_sets.empty()) out.emplace_back(ForgetReceipts{std::move(stored->change_sets)});
    } else if (auto* verify = std::get_if<Verify>(&message)) {
        if (comparing_) return protocol_error("A second verify.");
        comparing_ = true;
        out.emplace_back(Compare{std::move(*verify)});
    } else {
        return protocol_error("A message that only a server sends.");
    }
    return out;
}

ServerActions ServerSession::admitted(const Welcome& welcome) {
    if (state_ == State::closed) return {};
    authenticating_ = false;
    state_ = State::open;
    head_seen_ = welcome.head.seq;
    ServerActions out;
    out.emplace_back(Send{welcome, {}});
    return out;
}

ServerActions ServerSession::refused(const Goodbye& goodbye) {
    authenticating_ = reading_ = comparing_ = false;
    awaited_receipts_ = 0;
    if (state_ == State::closed) return {};
    return close(goodbye);
}

void ServerSession::flush_receipts(ServerActions& out) {
    if (receipts_.empty()) return;
    out.emplace_back(Send{Receipts{std::move(receipts_)}, {}});
    receipts_.clear();
}

ServerActions ServerSession::receipt(Receipt receipt) {
    ServerActions out;
    if (awaited_receipts_ > 0) --awaited_receipts_;
    if (state_ == State::closed) return out;
    receipts_.push_back(std::move(receipt));
    if (awaited_receipts_ == 0 || receipts_.size() >= limits::push_sets_max) flush_receipts(out);
    return out;
}

ServerActions ServerSession::renumber(std::uint64_t last_number) {
    ServerActions out;
    if (awaited_receipts_ > 0) --awaited_receipts_;
    if (state_ == State::closed) return out;
    if (!renumbering_) {  // once for all that were on their way with it
        renumbering_ = true;
        flush_receipts(out);
        out.emplace_back(Send{Renumber{last_number}, {}});
    }
    if (awaited_receipts_ == 0) flush_receipts(out);
    return out;
}

void ServerSession::read_on(ServerActions& out) {
    if (state_ != State::open || !pulling_ || reading_ || caught_up_) return;
    if (unacknowledged_bytes_ >= limits::window_bytes) return;
    reading_ = true;
    out.emplace_back(ReadChunk{cursor_, unfinished_, !counted_});
}

// A device that made thousands of clients has thousands of scopes under way: once over all of them.
void ServerSession::follow_scopes(const Chunk& chunk) {
    std::unordered_map<Uid, const ScopeBegun*> begun;
    for (const ScopeBegun& scope : chunk.begun) begun[scope.scope] = &scope;
    std::unordered_set<Uid> left(chunk.evicted.begin(), chunk.evicted.end());
    std::erase_if(unfinished_, [&](const UnfinishedScope& scope) {
        return begun.contains(scope.scope) || left.contains(scope.scope);
    });
    for (const ScopeBegun& scope : chunk.begun)
        if (begun[scope.scope] == &scope) unfinished_.push_back({scope.scope, scope.start, {}});
    if (!begun.empty()) counted_ = false;

    std::unordered_set<Uid> done;
    std::unordered_map<Uid, const SnapshotPart*> latest;
    for (const SnapshotPart& part : chunk.parts) {
        latest[part.scope] = &part;
        if (part.is_done) done.insert(part.scope);
    }
    if (latest.empty()) return;
    std::erase_if(unfinished_, [&](const UnfinishedScope& scope) { return done.contains(scope.scope); });
    for (UnfinishedScope& scope : unfinished_)
        if (const auto part = latest.find(scope.scope); part != latest.end())
            scope.position = part->second->position;
}

ServerActions ServerSession::chunk(Chunk chunk) {
    ServerActions out;
    reading_ = false;
    if (state_ == State::closed) return out;
    cursor_ = chunk.cursor;
    follow_scopes(chunk);
    if (chunk.records_left > 0) {
        counted_ = true;
        records_left_ = chunk.records_left;
    }
    records_left_ -= std::min(records_left_, records_in(chunk));
    chunk.records_left = records_left_;
    // A verify that was answered meanwhile may have found more to send.
    caught_up_ = chunk.is_last && head_seen_ <= chunk.cursor.seq && unfinished_.empty();
    const bool is_last = chunk.is_last;
    Send send{std::move(chunk), {}};
    encode(send.message, send.encoded);
    const std::size_t bytes = std::max(send.encoded.size(), limits::chunk_bytes_counted_min);
    unacknowledged_.push_back(bytes);
    unacknowledged_bytes_ += bytes;
    // A device that has the receipts of what the chunk confirms ends those change-sets with it, and need not
    // forecast them once more on top of themselves.
    flush_receipts(out);
    out.emplace_back(std::move(send));
    if (is_last && !live_) {
        pulling_ = false;  // asks again when it wants more
        return out;
    }
    read_on(out);
    return out;
}

ServerActions ServerSession::compared(const Verified& verified) {
    ServerActions out;
    comparing_ = false;
    if (state_ != State::open) return out;
    out.emplace_back(Send{verified, {}});
    // What differs is sent again, as a snapshot from here on.
    for (const Uid& scope : verified.diverged) {
        const auto is_it = [&](const UnfinishedScope& u) { return u.scope == scope; };
        if (std::none_of(unfinished_.begin(), unfinished_.end(), is_it))
            unfinished_.push_back({scope, cursor_.seq, {}});
    }
    if (verified.diverged.empty()) return out;
    caught_up_ = false;
    read_on(out);
    return out;
}

ServerActions ServerSession::committed(Seq head) {
    ServerActions out;
    head_seen_ = std::max(head_seen_, head);
    if (!live_ || state_ != State::open || head <= cursor_.seq) return out;
    caught_up_ = false;
    read_on(out);
    return out;
}

}  // namespace fieldsync::sync
