// Outbox: the pending change-sets of this store, in the order they were made, from the local write until the
// cursor and the scopes have caught up with their receipts; and which records each of them touches. Inside
// one transaction.
//
//   add ─► unsent ── receipt applied, merged ─► waits ── cursor ≥ seq, scopes settled ─► removed (`ended`)
//             └───── receipt rejected ────────► removed (the rejected box has it)
#pragma once

#include <optional>
#include <vector>

#include "engine/meta.hpp"
#include "fieldsync/sync/messages.hpp"
#include "outbox/touch.hpp"
#include "store/keys.hpp"

namespace fieldsync::device {

// A change-set's place in the outbox. Local: the numbers that the server sees may be given anew, this is not.
using Position = std::uint64_t;

// Those that wait for the cursor, with what they wait for.
struct Ending {
    Position position = 0;
    schema::Seq seq{};
    std::vector<schema::Uid> scopes;
};

class OutboxView {
  public:
    explicit OutboxView(const store::ReadTransaction& tables) : tables_(tables) {}

    [[nodiscard]] std::size_t count() const { return tables_.count(store::Table::outbox); }
    [[nodiscard]] std::size_t unsent_count() const { return tables_.count(store::Table::unsent); }
    [[nodiscard]] std::optional<Position> find(const schema::Uid& change_set) const;
    [[nodiscard]] std::optional<sync::ChangeSet> at(Position position) const;
    // As it lies in the table, until the transaction writes.
    [[nodiscard]] std::optional<std::string_view> stored(Position position) const;
    [[nodiscard]] std::optional<sync::Receipt> receipt(Position position) const;
    // Without a receipt, in order of number after `after`; at least one if there is any, then up to the
    // limits.
    [[nodiscard]] std::vector<sync::ChangeSet> unsent(std::uint64_t after, std::size_t bytes_max,
                                                      std::size_t sets_max) const;
    // Positions in order, from the first after `after`.
    [[nodiscard]] std::vector<Position> positions(Position after, std::size_t limit) const;
    [[nodiscard]] Position last() const;  // 0 when the outbox is empty
    // The change-sets that touch this record, in order.
    [[nodiscard]] std::vector<Position> touching(const schema::RecordKey& key) const;
    [[nodiscard]] std::optional<Position> first_touching(const schema::RecordKey& key) const;
    // Does one of them change it, and not only its effects?
    [[nodiscard]] bool is_changed(const schema::RecordKey& key) const;
    [[nodiscard]] std::vector<schema::RecordKey> writes(Position position) const;
    [[nodiscard]] Touch touch(const schema::RecordKey& key, Position position) const;
    // The latest entry that a receipt told of, of those that wait for the cursor.
    [[nodiscard]] sync::Cursor receipted() const;
    // Did the server write this seq for one of these?
    [[nodiscard]] bool is_receipts_seq(schema::Seq seq) const;
    // Those whose receipts' seq is at most this one.
    [[nodiscard]] std::vector<Ending> ending(schema::Seq cursor) const;

  private:
    const store::ReadTransaction& tables_;
};

// "Writes in this scope", among the keys of records: no entity has the number 0.
inline schema::RecordKey scope_mark(const schema::Uid& scope) {
    return {{}, scope};
}
inline bool is_scope_mark(const schema::RecordKey& key) {
    return schema::number(key.entity) == 0;
}

class Outbox {
  public:
    Outbox(store::WriteTransaction& tables, Meta& meta) : tables_(tables), meta_(meta), view_(tables) {}

    [[nodiscard]] const OutboxView& view() const { return view_; }

    struct Added {
        Position position = 0;
        std::size_t bytes = 0;  // that it is stored in
    };
    // Gives the change-set its number.
    Added add(sync::ChangeSet& set);
    void put_receipt(Position position, const sync::Receipt& receipt);
    // What it touches, scope marks included: of one just added, or instead of what stood there.
    void put_touches(Position position, const Touches& touches);
    void replace_touches(Position position, const Touches& touches);
    void remove(Position position);
    // Numbers those without a receipt from 1.
    void renumber();

  private:
    store::WriteTransaction& tables_;
    Meta& meta_;
    OutboxView view_;
};

}  // namespace fieldsync::device
