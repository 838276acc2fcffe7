// Moves: what was ever written to a closed_wins field (a lead's stage, a project's status) is kept, and which
// of it holds is decided over all of it, whatever the order of arrival (design.md, Conflicts).
//
// Lives for one change-set, beside its working set. Recorded at the end, when it is known whether the
// change-set makes an entry: a project's move to the status that holds anyway makes none, and counts all the
// same.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "fieldsync/sync/merge.hpp"
#include "write_path/working_set.hpp"
#include "write_path/writing.hpp"

namespace fieldsync::server {

class Moves {
  public:
    Moves(storage::Connection& connection, const RecordTables& tables, WorkingSet& set,
          const Writing& writing)
        : connection_(connection), tables_(tables), set_(set), writing_(writing) {}

    // What the field holds after this move. `current`: what it holds now; `ordinal`: of the changes of this
    // record in the change-set.
    sync::Merged decide(const schema::RecordKey& record, const schema::Field& field,
                        const schema::FieldChange& change, const schema::Value& current,
                        std::uint32_t ordinal);

    // A move of this record was taken in, whether or not it changed anything.
    [[nodiscard]] bool has_new(const schema::RecordKey& record) const;

    // The histories say which moves do not hold any more, or do again. Before the working set is written.
    void mark_superseded();
    // `seq`: the entry's, or the head where none was made.
    void record(schema::Seq seq);

  private:
    struct History {
        std::vector<sync::Move> moves;  // by arrival
        std::size_t recorded = 0;       // so many of them are in the database
        bool is_contested = false;
    };
    using Key = std::pair<schema::RecordKey, schema::FieldNumber>;

    History& history_of(const schema::RecordKey& record, const schema::Field& field);

    storage::Connection& connection_;
    const RecordTables& tables_;
    WorkingSet& set_;
    const Writing& writing_;
    std::map<Key, History> histories_;
};

}  // namespace fieldsync::server
