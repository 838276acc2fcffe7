#include "records/scopes.hpp"

#include <algorithm>

namespace fieldsync::device {
namespace {

using schema::Operation;
using schema::Record;
using schema::RecordKey;
using schema::Seq;
using schema::Uid;
using store::Table;

// start, read_at, flags, position
std::string encode(const Filling& filling) {
    std::string bytes;
    store::append_u64(schema::number(filling.start), bytes);
    store::append_u64(schema::number(filling.read_at), bytes);
    bytes.push_back(static_cast<char>((filling.is_done ? 1 : 0) | (filling.keeps_up ? 2 : 0)));
    return bytes + filling.position;
}

Filling decode(std::string_view bytes) {
    Filling filling;
    if (bytes.size() < 17) return filling;
    filling.start = Seq{store::read_u64(bytes)};
    filling.read_at = Seq{store::read_u64(bytes.substr(8))};
    filling.is_done = (bytes[16] & 1) != 0;
    filling.keeps_up = (bytes[16] & 2) != 0;
    filling.position = bytes.substr(17);
    return filling;
}

// What a change of the log makes of a record. All entries of one seq come in one chunk and in order, so that
// an equal seq is either the same change-set going on or the same entry once more, which changes nothing.
enum class Outcome : std::uint8_t { older, misfit, put, erase };

Outcome next_version(const sync::LogChange& change, const std::optional<Record>& current, Record& next) {
    if (current && change.seq < current->seq) return Outcome::older;
    const bool is_there = current && current->scope == change.scope;
    if (change.operation == Operation::remove || change.operation == Operation::gone)
        return is_there ? Outcome::erase : Outcome::older;

    const bool whole = change.whole || change.operation == Operation::insert;
    if (!whole && !is_there) return Outcome::misfit;
    if (!whole) {
        next = *current;
        for (const auto& [field, value] : change.fields.items()) next.fields.set(field, value);
    } else {
        next.entity = change.key.entity;
        next.uid = change.key.uid;
        next.scope = change.scope;
        next.fields = change.fields;
        if (current) next.id = current->id;
    }
    if (change.id != 0) next.id = change.id;
    next.seq = change.seq;
    return Outcome::put;
}

std::vector<Uid> uids(const store::ReadTransaction& tables, Table table) {
    std::vector<Uid> all;
    tables.each(table, {},
                [&](std::string_view key, std::string_view) { all.push_back(store::read_uid(key)); });
    return all;
}

}  // namespace

bool ScopesView::is_shown(const Uid& scope) const {
    return tables_.has(Table::scopes, scope.view()) || tables_.has(Table::scopes, Uid{}.view());
}

Uid ScopesView::holder(const Uid& scope) const {
    const bool is_here =
        tables_.has(Table::scopes, scope.view()) || tables_.has(Table::filling, scope.view());
    return is_here ? scope : Uid{};
}

std::optional<Filling> ScopesView::filling(const Uid& scope) const {
    const auto bytes = tables_.get(Table::filling, scope.view());
    if (!bytes) return std::nullopt;
    return decode(*bytes);
}

bool ScopesView::is_settled(const Uid& scope) const {
    const auto snapshot = filling(holder(scope));
    return !snapshot || snapshot->keeps_up;
}

std::vector<Uid> ScopesView::shown() const {
    return uids(tables_, Table::scopes);
}

std::vector<sync::UnfinishedScope> ScopesView::unfinished() const {
    std::vector<sync::UnfinishedScope> all;
    tables_.each(Table::filling, {}, [&](std::string_view key, std::string_view bytes) {
        if (tables_.has(Table::stale, key)) return;  // a resync begins it anew
        const Filling state = decode(bytes);
        all.push_back({store::read_uid(key), state.start, state.position});
    });
    return all;
}

void Scopes::put_filling(const Uid& scope, const Filling& filling) {
    tables_.put(Table::filling, scope.view(), encode(filling));
}

void Scopes::begin(const sync::ScopeBegun& begun, Seq cursor) {
    const Uid& scope = begun.scope;
    if (tables_.erase(Table::evicted, scope.view())) moved_.push_back(scope);
    const bool is_stale = tables_.erase(Table::stale, scope.view());
    tables_.erase_prefix(Table::hidden, scope.view());
    Filling filling;
    filling.start = filling.read_at = begun.start;
    // What is shown meanwhile follows the log only when nothing of it is left out before the snapshot's
    // start.
    filling.keeps_up = view_.is_shown(scope) && !is_stale && begun.start <= cursor;
    put_filling(scope, filling);
}

bool Scopes::begin_shown(const Uid& scope) {
    if (scope.is_nil()) return false;  // its records may be here, by their own scopes
    if (view_.is_shown(scope) || tables_.has(Table::filling, scope.view())) return false;
    tables_.erase(Table::evicted, scope.view());
    tables_.put(Table::scopes, scope.view(), {});
    moved_.push_back(scope);
    begun_shown_.insert(scope);
    return true;
}

void Scopes::resend(const Uid& part, Seq cursor) {
    const bool is_here = view_.is_shown(part);
    const Uid scope = is_here ? view_.holder(part) : part;  // one that never came is begun
    tables_.erase_prefix(Table::hidden, scope.view());
    Filling filling;
    filling.start = filling.read_at = cursor;
    filling.keeps_up = is_here;
    put_filling(scope, filling);
}

// Of the scope itself; its records stay.
void Scopes::forget(const Uid& scope) {
    tables_.erase(Table::scopes, scope.view());
    tables_.erase(Table::filling, scope.view());
    tables_.erase(Table::stale, scope.view());
    tables_.erase_prefix(Table::hidden, scope.view());
}

bool Scopes::is_here_by_itself(const RecordKey& key) const {
    const auto record = confirmed_.find(key);
    return record && tables_.has(Table::scopes, record->scope.view());
}

void Scopes::evict(const Uid& scope) {
    forget(scope);
    for (const RecordKey& key : confirmed_.members(scope)) {
        // Of everything, what is here by itself stays.
        if (!scope.is_nil() || !is_here_by_itself(key)) confirmed_.erase(key);
    }
    // Remembered while pending change-sets write in it: these do not bring its records back to view.
    if (tables_.has_prefix(Table::touches, store::record_key({{}, scope})))
        tables_.put(Table::evicted, scope.view(), {});
    moved_.push_back(scope);
}

void Scopes::apply(const sync::LogChange& change) {
    Uid holder = view_.holder(change.scope);
    // One that a resync does not begin again, for who holds everything now.
    if (tables_.has(Table::stale, holder.view()) && tables_.has(Table::filling, Uid{}.view())) holder = {};
    const auto filling = view_.filling(holder);
    const bool is_shown = view_.is_shown(change.scope);
    bool fits = false;
    if (filling) fits |= apply_hidden(holder, change);
    if (is_shown && (!filling || filling->keeps_up)) fits |= apply_shown(change);
    if (!fits) ++ignored_;
}

bool Scopes::apply_hidden(const Uid& holder, const sync::LogChange& change) {
    const store::Key key = store::scoped_key(holder, change.key);
    const auto bytes = tables_.get(Table::hidden, key);
    const auto current = bytes ? std::optional(decode_stored(*bytes)) : std::nullopt;
    Record next;
    switch (next_version(change, current, next)) {
        case Outcome::older:
        case Outcome::misfit:  // a part that is read later has it
            return true;
        case Outcome::put:
            tables_.put(Table::hidden, key, encode_stored(next));
            return true;
        case Outcome::erase:
            tables_.erase(Table::hidden, key);
            break;
    }
    if (change.key.uid == holder) tables_.erase_prefix(Table::hidden, change.scope.view());
    return true;
}

bool Scopes::apply_shown(const sync::LogChange& change) {
    const auto current = confirmed_.find(change.key);
    Record next;
    switch (next_version(change, current, next)) {
        case Outcome::older:
            return true;
        case Outcome::misfit:
            return false;
        case Outcome::put:
            confirmed_.put(next);
            return true;
        case Outcome::erase:
            erase_shown(change.key);
            return true;
    }
    return false;
}

// An aggregate's records go with its root.
void Scopes::erase_shown(const RecordKey& key) {
    confirmed_.erase(key);
    const schema::EntityTable* table = schema_.find(key.entity);
    if (table == nullptr || table->entity().scope != schema::ScopeKind::own) return;
    for (const RecordKey& member : confirmed_.members(key.uid)) confirmed_.erase(member);
}

void Scopes::apply(const sync::SnapshotPart& part) {
    if (begun_shown_.contains(part.scope)) {
        for (Record record : part.records) {
            if (!part.scope.is_nil()) record.scope = part.scope;
            show(record, true);  // all that is here of the scope came with this chunk
        }
        return;
    }
    auto filling = view_.filling(part.scope);
    if (!filling) {
        ignored_ += part.records.size();
        return;
    }
    for (Record record : part.records) {
        if (!part.scope.is_nil()) record.scope = part.scope;
        const store::Key key = store::scoped_key(part.scope, store::key_of(record));
        const auto bytes = tables_.get(Table::hidden, key);
        if (bytes && decode_stored(*bytes).seq > record.seq) continue;
        tables_.put(Table::hidden, key, encode_stored(record));
    }
    filling->position = part.position;
    filling->is_done = part.is_done;
    filling->read_at = std::max(filling->read_at, part.read_at);
    put_filling(part.scope, *filling);
}

void Scopes::show_complete(Seq cursor) {
    std::vector<Uid> complete;
    tables_.each(Table::filling, {}, [&](std::string_view key, std::string_view bytes) {
        const Filling filling = decode(bytes);
        if (filling.is_done && cursor >= filling.read_at) complete.push_back(store::read_uid(key));
    });
    for (const Uid& scope : complete) show(scope);
}

void Scopes::show(const Uid& scope) {
    for (const RecordKey& key : confirmed_.members(scope))  // none, unless it was shown before
        if (!tables_.has(Table::hidden, store::scoped_key(scope, key))) confirmed_.erase(key);
    for (const std::string& key : tables_.keys(Table::hidden, scope.view())) {
        const Record record = decode_stored(*tables_.get(Table::hidden, key));
        tables_.erase(Table::hidden, key);
        show(record, false);
    }
    tables_.erase(Table::filling, scope.view());
    tables_.put(Table::scopes, scope.view(), {});
    moved_.push_back(scope);
    if (scope.is_nil()) bring_back_evicted();
}

// Who holds everything has lost nothing of it.
void Scopes::bring_back_evicted() {
    for (const Uid& scope : uids(tables_, Table::evicted)) moved_.push_back(scope);
    tables_.clear(Table::evicted);
}

// It may have moved to another scope since its snapshot was read, or changed. Of its own scope an older version
// may have the higher seq, from before the server was restored: `seqs_compare` says that there is none.
void Scopes::show(const Record& record, bool seqs_compare) {
    const auto current = confirmed_.find(store::key_of(record));
    if (current && current->seq > record.seq &&
        (current->scope == record.scope ? seqs_compare : view_.is_settled(current->scope)))
        return;
    confirmed_.put(record);
}

void Scopes::begin_resync() {
    tables_.clear(Table::filling);
    tables_.clear(Table::hidden);
    for (const Uid& scope : view_.shown()) {
        tables_.put(Table::stale, scope.view(), {});
        put_filling(scope, {});  // frozen until it is begun again or gone
    }
}

void Scopes::end_resync() {
    const bool has_everything = tables_.has(Table::scopes, Uid{}.view());
    for (const Uid& scope : uids(tables_, Table::stale)) {
        // Who holds everything now has these records by that.
        if (has_everything && !scope.is_nil())
            forget(scope);
        else
            evict(scope);
    }
}

}  // namespace fieldsync::device
