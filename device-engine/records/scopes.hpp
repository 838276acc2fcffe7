// Scopes: which aggregates this store shows, and the snapshots on their way to be shown. What the server says
// of records comes in here and goes to the confirmed versions, or, while a scope's snapshot is incomplete, to
// the hidden ones.
//
// The nil scope is everything in the business (admins): it holds the records of all scopes, each under its
// own.
//
//   begin_shown ─────── all of it in one chunk ─────────────────────► shown
//   begin ─► filling ── part … part (done) ── cursor ≥ newest part ─► shown ── evict ─► gone
//               ▲                                                       │
//               └──────────── begin again (resync), resend ◄────────────┘  shown meanwhile, replaced when
//               complete
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "fieldsync/sync/messages.hpp"
#include "records/confirmed.hpp"

namespace fieldsync::device {

// The state of a scope's snapshot.
struct Filling {
    schema::Seq start{};    // log entries after it come as whole records
    schema::Seq read_at{};  // of the newest part
    bool is_done = false;   // all parts are here
    bool keeps_up = false;  // shown meanwhile, and its shown records miss nothing of the log
    std::string position;   // where the next part begins
};

class ScopesView {
  public:
    explicit ScopesView(const store::ReadTransaction& tables) : tables_(tables) {}

    // By itself, or as part of everything.
    [[nodiscard]] bool is_shown(const schema::Uid& scope) const;
    // What its records come under: itself where it is here by itself, else the nil scope.
    [[nodiscard]] schema::Uid holder(const schema::Uid& scope) const;
    [[nodiscard]] std::optional<Filling> filling(const schema::Uid& scope) const;
    // Are this scope's records what the cursor says, or not to be expected at all (evicted, not granted)?
    [[nodiscard]] bool is_settled(const schema::Uid& scope) const;
    [[nodiscard]] std::vector<schema::Uid> shown() const;
    [[nodiscard]] std::vector<sync::UnfinishedScope> unfinished() const;

  private:
    const store::ReadTransaction& tables_;
};

class Scopes {
  public:
    Scopes(store::WriteTransaction& tables, Confirmed& confirmed, const schema::Schema& schema)
        : tables_(tables), confirmed_(confirmed), schema_(schema), view_(tables) {}

    [[nodiscard]] const ScopesView& view() const { return view_; }

    // `cursor`: before the chunk that says so.
    void begin(const sync::ScopeBegun& begun, schema::Seq cursor);
    // One whose whole snapshot comes with this chunk, for its cursor: shown from here on, as its records come.
    // False when something of it is here already.
    bool begin_shown(const schema::Uid& scope);
    void evict(const schema::Uid& scope);
    void apply(const sync::LogChange& change);
    void apply(const sync::SnapshotPart& part);
    // Shows the scopes whose snapshots are complete at this cursor.
    void show_complete(schema::Seq cursor);

    // Its records are wrong (verify): fetch them again, and show these meanwhile.
    void resend(const schema::Uid& scope, schema::Seq cursor);
    // Begins a resync: what is not begun again until end_resync() goes then.
    void begin_resync();
    void end_resync();

    // Scopes shown, evicted or granted once more in this transaction.
    [[nodiscard]] const std::vector<schema::Uid>& moved() const { return moved_; }
    // Changes that fitted nowhere: of scopes that are not here, updates of records that are not.
    [[nodiscard]] std::uint64_t ignored() const { return ignored_; }

  private:
    bool apply_hidden(const schema::Uid& holder, const sync::LogChange& change);
    bool apply_shown(const sync::LogChange& change);
    void erase_shown(const schema::RecordKey& key);
    void forget(const schema::Uid& scope);
    void show(const schema::Uid& scope);
    void show(const schema::Record& record, bool seqs_compare);
    void bring_back_evicted();
    // Is its scope shown otherwise than as part of everything?
    [[nodiscard]] bool is_here_by_itself(const schema::RecordKey& key) const;
    void put_filling(const schema::Uid& scope, const Filling& filling);

    store::WriteTransaction& tables_;
    Confirmed& confirmed_;
    const schema::Schema& schema_;
    ScopesView view_;
    std::vector<schema::Uid> moved_;
    std::unordered_set<schema::Uid> begun_shown_;
    std::uint64_t ignored_ = 0;
};

}  // namespace fieldsync::device
