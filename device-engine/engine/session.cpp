#include "engine/session.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "engine/parts.hpp"
#include "fieldsync/sync/codec.hpp"
#include "outbox/rebase.hpp"
#include "outbox/replay.hpp"
#include "outbox/settled.hpp"

namespace fieldsync::device {
namespace {

using schema::Seq;
using schema::Uid;

// Scopes that are complete with this chunk.
std::unordered_set<Uid> whole_in(const sync::Chunk& chunk) {
    std::unordered_set<Uid> scopes;
    for (const sync::SnapshotPart& part : chunk.parts)
        if (part.is_done && part.read_at <= chunk.cursor.seq) scopes.insert(part.scope);
    return scopes;
}

// In the order the protocol gives (messages.hpp), then what follows for the pending change-sets; how many
// were applied anew.
std::uint64_t apply_chunk(Work& work, const sync::Chunk& chunk, std::int64_t now_us) {
    const Seq cursor = work.meta.cursor().seq;
    const std::unordered_set<Uid> whole = whole_in(chunk);
    for (const sync::ScopeBegun& begun : chunk.begun)
        if (!whole.contains(begun.scope) || !work.scopes.begin_shown(begun.scope))
            work.scopes.begin(begun, cursor);
    for (const Uid& scope : chunk.evicted) work.scopes.evict(scope);
    for (const sync::LogChange& change : chunk.changes) work.scopes.apply(change);
    for (const sync::SnapshotPart& part : chunk.parts) work.scopes.apply(part);
    if (chunk.cursor.seq >= cursor) work.meta.set_cursor(chunk.cursor);  // never back
    work.scopes.show_complete(work.meta.cursor().seq);
    if (chunk.is_last) {
        work.scopes.end_resync();
        Archive::drop_old(work.tables, now_us);
        work.meta.set_last_sync_at_us(now_us);
    }
    work.meta.set_head(std::max(chunk.head, work.meta.cursor().seq));
    if (work.scopes.ignored() != 0)
        work.meta.set_ignored_changes(work.meta.ignored_changes() + work.scopes.ignored());

    Rebase rebase(work);
    rebase.end_settled(now_us);
    rebase.run();
    return rebase.replays();
}

// The outbox anew: what took effect at or above the fork first, then what is pending; receipts from there are
// void.
void offer_again(Work& work, Seq fork) {
    std::vector<sync::ChangeSet> sets = Archive::take_from(work.tables, fork);
    const OutboxView& outbox = work.outbox.view();
    std::vector<std::optional<sync::Receipt>> receipts(sets.size());
    for (const Position position : outbox.positions(0, outbox.count())) {
        for (const schema::RecordKey& key : outbox.writes(position))
            if (!is_scope_mark(key)) work.confirmed.uncover(key);
        auto receipt = outbox.receipt(position);
        if (receipt && receipt->seq >= fork) receipt.reset();
        sets.push_back(*outbox.at(position));
        receipts.push_back(std::move(receipt));
        work.outbox.remove(position);
    }
    for (sync::ChangeSet& set : sets) {  // what their authors saw above the fork, this server never had
        set.made_at_cursor = std::min(set.made_at_cursor, fork);
        for (schema::Change& change : set.changes)
            for (schema::FieldChange& item : change.fields) item.base = std::min(item.base, fork);
    }
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const Position position = work.outbox.add(sets[i]).position;
        if (receipts[i]) work.outbox.put_receipt(position, *receipts[i]);
    }
}

}  // namespace

sync::Hello Session::hello() {
    sync::Hello hello;
    environment_.read([&](const store::ReadTransaction& tables) {
        const MetaView meta(tables);
        const auto account = meta.account();
        hello = {};
        hello.schema_version = schema_.version();
        hello.device = meta.device();
        hello.store = meta.store();
        hello.token = account ? account->token : std::string();
        hello.cursor = meta.cursor();
        hello.unfinished = ScopesView(tables).unfinished();
        hello.receipted = OutboxView(tables).receipted();
    });
    return hello;
}

void Session::welcomed(const sync::Welcome& welcome) {
    commits_.run([&](Work& work) {
        const std::int64_t now_us = clock_.now_us();
        work.meta.set_offset_us(welcome.server_time_us - now_us);
        // A clock that was far ahead made stamps that would win over everybody's: not from here on.
        work.meta.set_hlc(sync::clamp_hlc(work.meta.hlc(), welcome.server_time_us / 1000));
        work.meta.set_limits(welcome.limits);
        work.meta.set_head(welcome.head.seq);
        return true;
    });
}

std::vector<sync::ChangeSet> Session::outbox(std::uint64_t after, std::size_t bytes_max,
                                             std::size_t sets_max) {
    std::vector<sync::ChangeSet> sets;
    environment_.read([&](const store::ReadTransaction& tables) {
        sets = OutboxView(tables).unsent(after, bytes_max, sets_max);
    });
    return sets;
}

void Session::store_receipts(const std::vector<sync::Receipt>& receipts) {
    std::uint64_t replays = 0;
    commits_.run([&](Work& work) {
        const std::int64_t now_us = corrected_now_us(clock_, work.meta);
        Rebase rebase(work);
        rebase.take_receipts(receipts, now_us);
        rebase.end_settled(now_us);
        rebase.run();
        replays = rebase.replays();
        return true;
    });
    replays_ += replays;
}

void Session::renumber() {
    commits_.run([&](Work& work) {
        work.meta.set_store(sync::new_uid(clock_, random_));
        work.outbox.renumber();
        return true;
    });
}

void Session::apply(const sync::Chunk& chunk) {
    std::uint64_t replays = 0;
    commits_.run([&](Work& work) {
        replays = apply_chunk(work, chunk, corrected_now_us(clock_, work.meta));
        return true;
    });
    replays_ += replays;
}

std::vector<sync::ScopeChecksum> Session::checksums() {
    std::vector<sync::ScopeChecksum> all;
    environment_.read([&](const store::ReadTransaction& tables) {
        all.clear();
        const ScopesView scopes(tables);
        const ConfirmedView confirmed(tables, schema_);
        std::map<Uid, sync::ScopeChecksum> sums;  // by the records' own scopes, the nil scope's too
        for (const Uid& scope : scopes.shown()) {
            if (!scopes.is_settled(scope)) continue;
            if (!scope.is_nil()) sums[scope].scope = scope;  // empty ones are told as well
            for (const schema::RecordKey& key : confirmed.members(scope)) {
                const auto record = confirmed.find(key);
                if (!record) continue;
                sync::ScopeChecksum& sum = sums[record->scope];
                sum.scope = record->scope;
                ++sum.records;
                sum.checksum += sync::checksum(schema_, *record);
            }
        }
        for (const auto& [scope, sum] : sums) all.push_back(sum);
    });
    return all;
}

sync::Cursor Session::cursor() {
    sync::Cursor cursor;
    environment_.read([&](const store::ReadTransaction& tables) { cursor = MetaView(tables).cursor(); });
    return cursor;
}

void Session::resend_scopes(const std::vector<Uid>& diverged) {
    commits_.run([&](Work& work) {
        for (const Uid& scope : diverged) work.scopes.resend(scope, work.meta.cursor().seq);
        return true;
    });
}

void Session::on_local_write(std::function<void()> wake) {
    const std::lock_guard lock(waking_);
    wake_ = std::move(wake);
}

void Session::wrote_locally() {
    const std::lock_guard lock(waking_);
    if (wake_) wake_();
}

void Session::resync(std::optional<Seq> fork) {
    commits_.run([&](Work& work) {
        work.scopes.begin_resync();
        work.meta.set_cursor({});
        if (!fork) return true;
        work.meta.set_store(sync::new_uid(clock_, random_));
        work.meta.set_last_number(0);
        offer_again(work, *fork);
        Rebase rebase(work);
        rebase.disturb_all();
        rebase.run();
        return true;
    });
}

}  // namespace fieldsync::device
