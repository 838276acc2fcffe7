#include "outbox/rebase.hpp"

#include <algorithm>

#include "outbox/replay.hpp"
#include "outbox/settled.hpp"

namespace fieldsync::device {

using schema::RecordKey;

void Rebase::take_receipts(const std::vector<sync::Receipt>& receipts, std::int64_t now_us) {
    for (const sync::Receipt& receipt : receipts) {
        const auto position = work_.outbox.view().find(receipt.change_set);
        if (!position || work_.outbox.view().receipt(*position)) continue;
        if (receipt.status == sync::ReceiptStatus::rejected) {
            RejectedBox::put(work_.tables, {*work_.outbox.view().at(*position), receipt, now_us});
            remove(*position);
        } else {
            work_.outbox.put_receipt(*position, receipt);
            const std::vector<RecordKey> writes = work_.outbox.view().writes(*position);
            give_ids(receipt, writes, work_.records);
            if (receipt.seq <= work_.meta.cursor().seq) loosen_versions(writes, receipt.seq);
        }
    }
}

// Confirmed versions that turn out to be by this store: what lies on top of them may be forecast otherwise.
void Rebase::loosen_versions(const std::vector<RecordKey>& keys, schema::Seq seq) {
    for (const RecordKey& key : keys) {
        if (is_scope_mark(key)) continue;
        if (!work_.outbox.view().is_changed(key)) continue;  // effects do not ask whose it is
        if (const auto record = work_.confirmed.find(key); record && record->seq == seq)
            loosened_.insert(key);
    }
}

void Rebase::end_settled(std::int64_t now_us) {
    const ScopesView& scopes = work_.scopes.view();
    const OutboxView& outbox = work_.outbox.view();
    std::map<RecordKey, Steps> ended;
    for (const Ending& ending : outbox.ending(work_.meta.cursor().seq)) {
        const auto set = outbox.stored(ending.position);
        const bool settled = std::all_of(ending.scopes.begin(), ending.scopes.end(),
                                         [&](const schema::Uid& scope) { return scopes.is_settled(scope); });
        if (!set || !settled) continue;
        Archive::put(work_.tables, now_us, *set, ending.seq);
        for (const RecordKey& key : outbox.writes(ending.position))
            if (!is_scope_mark(key)) ended[key].emplace(ending.position, outbox.touch(key, ending.position));
        work_.outbox.remove(ending.position);
    }
    for (const auto& [key, steps] : ended) {
        if (follows(key, steps)) {
            work_.confirmed.follow(key);
            followed_.insert(key);
        } else {
            work_.confirmed.uncover(key);
            loosened_.insert(key);
        }
    }
}

bool Rebase::follows(const RecordKey& key, const Steps& ended) const {
    const OutboxView& outbox = work_.outbox.view();
    const auto next = outbox.first_touching(key);
    if (!next || *next < ended.rbegin()->first || loosened_.contains(key)) return false;
    const auto now = work_.confirmed.find(key);
    const auto changed = work_.confirmed.changed().find(key);
    auto forecast = changed != work_.confirmed.changed().end() ? changed->second.before : now;
    if (!now || !forecast || !work_.records.find(key) || now->scope != forecast->scope) return false;
    // What a change makes of a field depends on whether others set it since.
    if ((is_by_others(forecast->seq) || is_by_others(now->seq)) && outbox.is_changed(key)) return false;
    for (const auto& [position, touch] : ended) {
        if (!touch.is_forecast) return false;
        for (const auto& [field, value] : touch.fields.items()) forecast->fields.set(field, value);
    }
    return forecast->fields == now->fields;
}

bool Rebase::is_by_others(schema::Seq seq) const {
    return !work_.outbox.view().is_receipts_seq(seq) && !Archive::has(work_.tables, seq);
}

void Rebase::disturb_all() {
    for (const Position position : work_.outbox.view().positions(0, work_.outbox.view().count()))
        disturbed_.insert(position);
}

void Rebase::remove(Position position) {
    const std::vector<RecordKey> keys = work_.outbox.view().writes(position);
    work_.outbox.remove(position);
    for (const RecordKey& key : keys) {
        if (is_scope_mark(key)) continue;
        work_.confirmed.uncover(key);
        loosened_.insert(key);
    }
}

void Rebase::disturb(const RecordKey& key) {
    for (const Position position : work_.outbox.view().touching(key)) disturbed_.insert(position);
}

void Rebase::run() {
    for (const RecordKey& key : loosened_) disturb(key);
    for (const auto& [key, change] : work_.confirmed.changed())
        if (!followed_.contains(key)) disturb(key);
    for (const schema::Uid& scope : work_.scopes.moved()) disturb(scope_mark(scope));
    std::set<Position> positions = std::move(disturbed_);
    disturbed_.clear();
    // Effects may reach records of others than before: then these are applied anew as well.
    while (!positions.empty()) {
        positions = connected(std::move(positions));
        take_back(positions);
        std::set<Position> others = apply(positions);
        if (others.empty()) return;
        positions.merge(others);
    }
}

std::set<Position> Rebase::connected(std::set<Position> positions) const {
    const OutboxView& outbox = work_.outbox.view();
    std::vector<Position> next(positions.begin(), positions.end());
    std::unordered_set<RecordKey> seen;
    while (!next.empty()) {
        const Position position = next.back();
        next.pop_back();
        for (const RecordKey& key : outbox.writes(position)) {
            if (is_scope_mark(key) || !seen.insert(key).second) continue;
            for (const Position other : outbox.touching(key))
                if (positions.insert(other).second) next.push_back(other);
        }
    }
    return positions;
}

void Rebase::take_back(const std::set<Position>& positions) {
    for (const Position position : positions)
        for (const RecordKey& key : work_.outbox.view().writes(position))
            if (!is_scope_mark(key)) work_.confirmed.uncover(key);
}

std::set<Position> Rebase::apply(const std::set<Position>& positions) {
    const OutboxView& outbox = work_.outbox.view();
    const auto account = work_.meta.account();
    std::set<Position> others;
    std::unordered_set<RecordKey> touched;
    OwnFields own_fields;
    if (!account) return others;
    for (const Position position : positions) {
        auto set = outbox.at(position);
        if (!set) continue;
        Replay replay(work_, *account, *set, own_fields);
        for (schema::Change& change : set->changes) replay.apply(change);
        ++replays_;
        work_.outbox.replace_touches(position, replay.touches());
        if (const auto receipt = outbox.receipt(position))
            give_ids(*receipt, outbox.writes(position), work_.records);
        for (const auto& [key, touch] : replay.touches()) touched.insert(key);
    }
    for (const RecordKey& key : touched) {
        if (is_scope_mark(key)) continue;
        for (const Position other : outbox.touching(key))
            if (!positions.contains(other)) others.insert(other);
    }
    return others;
}

}  // namespace fieldsync::device
