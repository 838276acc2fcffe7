#include "store/transaction.hpp"

#include "store/lmdb.hpp"

namespace fieldsync::device::store {

std::optional<std::string_view> ReadTransaction::get(Table table, std::string_view key) const {
    MDB_val name = to_val(key);
    MDB_val value{};
    const int code = mdb_get(transaction_, handle(table), &name, &value);
    if (code == MDB_NOTFOUND) return std::nullopt;
    check(code, "reading");
    return to_view(value);
}

bool ReadTransaction::has_prefix(Table table, std::string_view prefix) const {
    Scan entries = scan(table);
    return entries.seek(prefix) && entries.key().starts_with(prefix);
}

std::size_t ReadTransaction::count(Table table) const {
    MDB_stat statistics{};
    check(mdb_stat(transaction_, handle(table), &statistics), "counting");
    return statistics.ms_entries;
}

Scan ReadTransaction::scan(Table table) const {
    MDB_cursor* cursor = nullptr;
    check(mdb_cursor_open(transaction_, handle(table), &cursor), "opening a cursor");
    return Scan(cursor);
}

std::vector<std::string> ReadTransaction::keys(Table table, std::string_view prefix) const {
    std::vector<std::string> all;
    each(table, prefix, [&](std::string_view key, std::string_view) { all.emplace_back(key); });
    return all;
}

std::optional<std::string_view> WriteTransaction::get(Table table, std::string_view key) const {
    MDB_val name = to_val(key);
    MDB_val value{};
    const int code = mdb_cursor_get(cursor(table, key), &name, &value, MDB_SET);
    if (code == MDB_NOTFOUND) return std::nullopt;
    check(code, "reading");
    return to_view(value);
}

bool WriteTransaction::has_prefix(Table table, std::string_view prefix) const {
    MDB_val name = to_val(prefix);
    const MDB_cursor_op first = prefix.empty() ? MDB_FIRST : MDB_SET_RANGE;
    const int code = mdb_cursor_get(cursor(table, prefix), &name, nullptr, first);
    if (code == MDB_NOTFOUND) return false;
    check(code, "reading");
    return to_view(name).starts_with(prefix);
}

void WriteTransaction::put(Table table, std::string_view key, std::string_view value) {
    MDB_val name = to_val(key);
    MDB_val bytes = to_val(value);
    check(mdb_cursor_put(cursor(table, key), &name, &bytes, 0), "writing");
}

bool WriteTransaction::add(Table table, std::string_view key, std::string_view value) {
    MDB_val name = to_val(key);
    MDB_val bytes = to_val(value);
    const int code = mdb_cursor_put(cursor(table, key), &name, &bytes, MDB_NOOVERWRITE);
    if (code == MDB_KEYEXIST) return false;
    check(code, "writing");
    return true;
}

bool WriteTransaction::erase(Table table, std::string_view key) {
    MDB_val name = to_val(key);
    MDB_cursor* at = cursor(table, key);
    const int code = mdb_cursor_get(at, &name, nullptr, MDB_SET);
    if (code == MDB_NOTFOUND) return false;
    check(code, "erasing");
    check(mdb_cursor_del(at, 0), "erasing");
    return true;
}

void WriteTransaction::erase_prefix(Table table, std::string_view prefix) {
    for (const std::string& key : keys(table, prefix)) erase(table, key);
}

// Entity and field are the first numbers of a key, two bytes each.
MDB_cursor* WriteTransaction::cursor(Table table, std::string_view key) const {
    const auto byte = [&](std::size_t at) {
        return at < key.size() ? static_cast<unsigned char>(key[at]) : std::size_t{0};
    };
    MDB_cursor*& cursor = cursors_[static_cast<std::size_t>(table)][(byte(1) + byte(3)) % kCursors];
    if (cursor == nullptr) check(mdb_cursor_open(transaction_, handle(table), &cursor), "opening a cursor");
    return cursor;
}

void WriteTransaction::clear(Table table) {
    check(mdb_drop(transaction_, handle(table), 0), "clearing");
}

Scan::~Scan() {
    mdb_cursor_close(cursor_);
}

bool Scan::move(int operation) {
    MDB_val key = to_val(key_);
    MDB_val value{};
    const int code = mdb_cursor_get(cursor_, &key, &value, static_cast<MDB_cursor_op>(operation));
    if (code == MDB_NOTFOUND) return false;
    check(code, "scanning");
    key_ = to_view(key);
    value_ = to_view(value);
    return true;
}

bool Scan::seek(std::string_view key) {
    if (key.empty()) return move(MDB_FIRST);
    key_ = key;
    return move(MDB_SET_RANGE);
}

bool Scan::seek_before(std::string_view key) {
    return seek(key) ? previous() : last();
}

bool Scan::last() {
    return move(MDB_LAST);
}

bool Scan::next() {
    return move(MDB_NEXT);
}

bool Scan::previous() {
    return move(MDB_PREV);
}

}  // namespace fieldsync::device::store
