// Transactions over a store's tables, and Scan, a cursor over one of them. Made by Environment::read and
// ::write alone, and used only inside the function these were given, on its thread. Every failure of the
// database is thrown.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/tables.hpp"

struct MDB_txn;
struct MDB_cursor;

namespace fieldsync::device::store {

class Scan;

class ReadTransaction {
  public:
    ReadTransaction(MDB_txn* transaction, const Handles& handles)
        : transaction_(transaction), handles_(handles) {}
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    virtual ~ReadTransaction() = default;

    // The view is into the map: until the transaction ends, or writes.
    [[nodiscard]] virtual std::optional<std::string_view> get(Table table, std::string_view key) const;
    [[nodiscard]] bool has(Table table, std::string_view key) const { return get(table, key).has_value(); }
    [[nodiscard]] virtual bool has_prefix(Table table, std::string_view prefix) const;
    [[nodiscard]] std::size_t count(Table table) const;
    [[nodiscard]] Scan scan(Table table) const;

    // visit(key, value) for every entry whose key begins with `prefix`, in order; it may return false to
    // stop, and must not write to this table.
    template <class F>
    void each(Table table, std::string_view prefix, F&& visit) const;
    // The keys alone, copied: for who wants to write meanwhile.
    [[nodiscard]] std::vector<std::string> keys(Table table, std::string_view prefix) const;

  protected:
    [[nodiscard]] unsigned handle(Table table) const { return handles_[static_cast<std::size_t>(table)]; }
    MDB_txn* transaction_;
    const Handles& handles_;
};

// Keeps cursors on the tables it works in: what is looked for or written mostly lies beside what was before,
// and then needs no way down the tree. Several on each table, shared out by how keys begin: a record's entry
// in one index lies far from that in another. The cursors end with the transaction.
class WriteTransaction final : public ReadTransaction {
  public:
    using ReadTransaction::ReadTransaction;

    [[nodiscard]] std::optional<std::string_view> get(Table table, std::string_view key) const override;
    [[nodiscard]] bool has_prefix(Table table, std::string_view prefix) const override;

    void put(Table table, std::string_view key, std::string_view value);
    // Leaves alone what is there; false then.
    bool add(Table table, std::string_view key, std::string_view value);
    // Whether it was there.
    bool erase(Table table, std::string_view key);
    void erase_prefix(Table table, std::string_view prefix);
    void clear(Table table);

  private:
    static constexpr std::size_t kCursors = 8;  // a table: each write looks whether it moves the others

    MDB_cursor* cursor(Table table, std::string_view key) const;

    mutable std::array<std::array<MDB_cursor*, kCursors>, kTableNames.size()> cursors_{};
};

// Views are into the map, as above.
class Scan {
  public:
    explicit Scan(MDB_cursor* cursor) : cursor_(cursor) {}
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;
    ~Scan();

    // Each: whether there is an entry there.
    bool seek(std::string_view key);         // the first at or after it
    bool seek_before(std::string_view key);  // the last before it
    bool last();
    bool next();
    bool previous();

    [[nodiscard]] std::string_view key() const { return key_; }
    [[nodiscard]] std::string_view value() const { return value_; }

  private:
    bool move(int operation);

    MDB_cursor* cursor_;
    std::string_view key_, value_;
};

template <class F>
void ReadTransaction::each(Table table, std::string_view prefix, F&& visit) const {
    Scan entries = scan(table);
    for (bool more = entries.seek(prefix); more && entries.key().starts_with(prefix); more = entries.next()) {
        if constexpr (std::is_same_v<decltype(visit(entries.key(), entries.value())), bool>) {
            if (!visit(entries.key(), entries.value())) return;
        } else {
            visit(entries.key(), entries.value());
        }
    }
}

}  // namespace fieldsync::device::store
