// Moves a whole installation into another, empty database, row by row as it is: uids, ids, seq and stamps, clocks,
// receipts, grants, tokens and counters. Devices go on from their cursors and notice nothing.
//
// It is the one thing that writes tables past the write path, and may: what it copies came through it.
//
//     source held ─ target marked ─┬─ page read ─ page written, committed ─┬─ all compared ─ mark removed
//                                  └───────────────────────────────────────┘
//
// A page is one transaction of the target, in the order of the keys: the last key that is there is how far it
// came, and a migration that was killed goes on behind it. Until the mark is gone no program serves the target.
// The source's writer is held from the first page to the last: whoever serves it meanwhile cannot write. If
// somebody wrote between two attempts, its fingerprint says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fieldsync/schema/schema.hpp"
#include "storage/commit_points.hpp"
#include "storage/database.hpp"

namespace fieldsync::server::migration {

namespace commit_point {
inline constexpr std::string_view marked = "migration.marked";
inline constexpr std::string_view page = "migration.page";          // a page is in the target
inline constexpr std::string_view compared = "migration.compared";  // the mark is still there
}  // namespace commit_point

// Told of each page. Rows are those of all tables, counted once for the copy and once for the comparison.
class Progress {
  public:
    virtual ~Progress() = default;
    virtual void at(std::string_view what, std::string_view table, std::int64_t rows,
                    std::int64_t rows_all) = 0;
};

struct Outcome {
    std::string problem;  // empty: all is in the target, and the same
    std::int64_t tables = 0, rows = 0;
};

// Both are opened for the present format; the source is brought up to date first, as by every command. Throws
// StorageError where a database fails: the same call goes on from there.
Outcome migrate(storage::Database& from, storage::Database& to, const schema::Schema& schema,
                storage::CommitPoints& points, Progress& progress);

}  // namespace fieldsync::server::migration
