#include "outbox/outbox.hpp"

#include "outbox/stored_set.hpp"

namespace fieldsync::device {
namespace {

using schema::RecordKey;
using store::read_u64;
using store::Table;
using store::u64_key;

store::Key ending_key(schema::Seq seq, Position position) {
    return u64_key(schema::number(seq)) + u64_key(position);
}

store::Key touch_key(const RecordKey& key, Position position) {
    return store::record_key(key) + u64_key(position);
}

std::string keys_of(const Touches& touches) {
    std::string all;
    all.reserve(touches.size() * store::kRecordKeyBytes);
    for (const auto& [key, touch] : touches) all += store::record_key(key);
    return all;
}

}  // namespace

std::optional<Position> OutboxView::find(const schema::Uid& change_set) const {
    const auto position = tables_.get(Table::sets, change_set.view());
    if (!position) return std::nullopt;
    return read_u64(*position);
}

std::optional<sync::ChangeSet> OutboxView::at(Position position) const {
    const auto bytes = stored(position);
    if (!bytes) return std::nullopt;
    return decode_stored_set(*bytes);
}

std::optional<std::string_view> OutboxView::stored(Position position) const {
    return tables_.get(Table::outbox, u64_key(position));
}

std::optional<sync::Receipt> OutboxView::receipt(Position position) const {
    const auto bytes = tables_.get(Table::receipts, u64_key(position));
    if (!bytes) return std::nullopt;
    return decode_stored_receipt(*bytes);
}

std::vector<sync::ChangeSet> OutboxView::unsent(std::uint64_t after, std::size_t bytes_max,
                                                std::size_t sets_max) const {
    std::vector<sync::ChangeSet> sets;
    std::size_t bytes = 0;
    store::Scan entries = tables_.scan(Table::unsent);
    for (bool more = entries.seek(u64_key(after + 1)); more && sets.size() < sets_max;
         more = entries.next()) {
        const auto set = tables_.get(Table::outbox, entries.value());
        if (!set) continue;
        bytes += set->size();
        if (!sets.empty() && bytes > bytes_max) break;
        sets.push_back(decode_stored_set(*set));
    }
    return sets;
}

std::vector<Position> OutboxView::positions(Position after, std::size_t limit) const {
    std::vector<Position> all;
    store::Scan entries = tables_.scan(Table::outbox);
    for (bool more = entries.seek(u64_key(after + 1)); more && all.size() < limit; more = entries.next())
        all.push_back(read_u64(entries.key()));
    return all;
}

Position OutboxView::last() const {
    store::Scan entries = tables_.scan(Table::outbox);
    return entries.last() ? read_u64(entries.key()) : 0;
}

std::vector<Position> OutboxView::touching(const RecordKey& key) const {
    std::vector<Position> positions;
    tables_.each(Table::touches, store::record_key(key), [&](std::string_view entry, std::string_view) {
        positions.push_back(read_u64(entry.substr(store::kRecordKeyBytes)));
    });
    return positions;
}

std::optional<Position> OutboxView::first_touching(const RecordKey& key) const {
    const store::Key prefix = store::record_key(key);
    store::Scan entries = tables_.scan(Table::touches);
    if (!entries.seek(prefix) || !entries.key().starts_with(prefix)) return std::nullopt;
    return read_u64(entries.key().substr(store::kRecordKeyBytes));
}

bool OutboxView::is_changed(const RecordKey& key) const {
    bool is_changed = false;
    tables_.each(Table::touches, store::record_key(key), [&](std::string_view, std::string_view bytes) {
        is_changed = decode_stored_touch(bytes).changes > 0;
        return !is_changed;
    });
    return is_changed;
}

Touch OutboxView::touch(const RecordKey& key, Position position) const {
    return decode_stored_touch(
        tables_.get(Table::touches, touch_key(key, position)).value_or(std::string_view{}));
}

std::vector<RecordKey> OutboxView::writes(Position position) const {
    std::vector<RecordKey> keys;
    const std::string_view all = tables_.get(Table::writes, u64_key(position)).value_or(std::string_view{});
    for (std::size_t at = 0; at + store::kRecordKeyBytes <= all.size(); at += store::kRecordKeyBytes)
        keys.push_back(store::read_record_key(all.substr(at)));
    return keys;
}

bool OutboxView::is_receipts_seq(schema::Seq seq) const {
    return tables_.has_prefix(Table::ending, u64_key(schema::number(seq)));
}

sync::Cursor OutboxView::receipted() const {
    store::Scan endings = tables_.scan(Table::ending);
    if (!endings.last()) return {};
    const auto told = receipt(read_u64(endings.key().substr(8)));
    if (!told || told->stamp == 0) return {};
    return {told->seq, told->stamp};
}

std::vector<Ending> OutboxView::ending(schema::Seq cursor) const {
    std::vector<Ending> all;
    tables_.each(Table::ending, {}, [&](std::string_view key, std::string_view scopes) {
        Ending one{read_u64(key.substr(8)), schema::Seq{read_u64(key)}, {}};
        if (one.seq > cursor) return false;
        for (std::size_t at = 0; at + store::kUidBytes <= scopes.size(); at += store::kUidBytes)
            one.scopes.push_back(store::read_uid(scopes.substr(at)));
        all.push_back(std::move(one));
        return true;
    });
    return all;
}

Outbox::Added Outbox::add(sync::ChangeSet& set) {
    const Position position = view_.last() + 1;
    set.number = meta_.last_number() + 1;
    meta_.set_last_number(set.number);
    const std::string bytes = encode_stored(set);
    tables_.put(Table::outbox, u64_key(position), bytes);
    tables_.put(Table::unsent, u64_key(set.number), u64_key(position));
    tables_.put(Table::sets, set.uid.view(), u64_key(position));
    return {position, bytes.size()};
}

void Outbox::put_receipt(Position position, const sync::Receipt& receipt) {
    if (const auto set = view_.stored(position))
        tables_.erase(Table::unsent, u64_key(view_stored_set(*set).number));
    tables_.put(Table::receipts, u64_key(position), encode_stored(receipt));
    std::string scopes;
    for (const schema::Uid& scope : receipt.scopes) scopes += scope.view();
    tables_.put(Table::ending, ending_key(receipt.seq, position), scopes);
}

void Outbox::put_touches(Position position, const Touches& touches) {
    tables_.put(Table::writes, u64_key(position), keys_of(touches));
    for (const auto& [key, touch] : touches)
        tables_.put(Table::touches, touch_key(key, position), encode_stored(touch));
}

void Outbox::replace_touches(Position position, const Touches& touches) {
    const std::string all = keys_of(touches);
    const std::string_view before =
        tables_.get(Table::writes, u64_key(position)).value_or(std::string_view{});
    if (before != all) {
        for (const RecordKey& key : view_.writes(position))
            if (!touches.contains(key)) tables_.erase(Table::touches, touch_key(key, position));
        tables_.put(Table::writes, u64_key(position), all);
    }
    for (const auto& [key, touch] : touches) {
        const store::Key entry = touch_key(key, position);
        const std::string bytes = encode_stored(touch);
        if (tables_.get(Table::touches, entry) != bytes) tables_.put(Table::touches, entry, bytes);
    }
}

void Outbox::remove(Position position) {
    const auto stored = view_.stored(position);
    if (!stored) return;
    const sync::ChangeSetView set = view_stored_set(*stored);
    for (const RecordKey& key : view_.writes(position)) {
        tables_.erase(Table::touches, touch_key(key, position));
        if (is_scope_mark(key) && !tables_.has_prefix(Table::touches, store::record_key(key)))
            tables_.erase(Table::evicted, key.uid.view());
    }
    if (const auto receipt = view_.receipt(position)) {
        tables_.erase(Table::ending, ending_key(receipt->seq, position));
        tables_.erase(Table::receipts, u64_key(position));
    } else {
        tables_.erase(Table::unsent, u64_key(set.number));
    }
    tables_.erase(Table::writes, u64_key(position));
    tables_.erase(Table::sets, set.uid.view());
    tables_.erase(Table::outbox, u64_key(position));
}

void Outbox::renumber() {
    std::vector<Position> unsent;
    tables_.each(Table::unsent, {},
                 [&](std::string_view, std::string_view position) { unsent.push_back(read_u64(position)); });
    tables_.clear(Table::unsent);
    std::uint64_t number = 0;
    for (const Position position : unsent) {
        auto set = view_.at(position);
        if (!set) continue;
        set->number = ++number;
        tables_.put(Table::outbox, u64_key(position), encode_stored(*set));
        tables_.put(Table::unsent, u64_key(number), u64_key(position));
    }
    meta_.set_last_number(number);
}

}  // namespace fieldsync::device
