// Conflict policies as pure functions (design.md, Conflicts): what a field holds after `incoming` meets
// `current`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fieldsync/schema/record.hpp"
#include "fieldsync/sync/hlc.hpp"

namespace fieldsync::sync {

using schema::StringSet;
using schema::Uid;
using schema::Value;

// Who wrote a value, and when: of two, the later HLC wins, ties by store id.
struct WriteStamp {
    Hlc hlc;
    Uid store;
    auto operator<=>(const WriteStamp&) const = default;
};

enum class Winner : std::uint8_t { current, incoming, both };

struct Merged {
    Value value;
    Winner winner = Winner::incoming;
    std::optional<Value> lost;  // what did not survive, to be kept in a conflict record
};

Merged merge_last_writer(const Value& current, const WriteStamp& current_stamp, const Value& incoming,
                         const WriteStamp& incoming_stamp);
Merged merge_max(const Value& current, const Value& incoming);        // integers; null is smaller than all
Merged merge_once_true(const Value& current, const Value& incoming);  // booleans

// Three-way merge by lines: nothing when both sides changed the same lines differently.
std::optional<std::string> merge_lines(std::string_view base, std::string_view current,
                                       std::string_view incoming);
// The work of that, in comparisons of lines; 0 where one side left the base as it was.
std::size_t merge_cells(std::string_view base, std::string_view current, std::string_view incoming);
// merge_lines; overlapping edits fall to last_writer.
Merged merge_text(std::string_view base, const Value& current, const WriteStamp& current_stamp,
                  const Value& incoming, const WriteStamp& incoming_stamp);

// Adds and removes elements. `concurrently_added`: elements of `current` that somebody else added after the
// author looked: they stay, and come back as `lost` (the removal that did not happen).
Merged merge_sets(const StringSet& current, const StringSet& added, const StringSet& removed,
                  const StringSet& concurrently_added);

// One move of a closed_wins field.
struct Move {
    Value value;
    WriteStamp stamp;
    bool is_closing = false;
    bool reopens = false;  // to an open value, by an author who saw it closed
    Uid change_set;
    std::uint32_t ordinal = 0;  // of its change among those of the record in the change-set
    std::uint64_t arrival = 0;  // among the record's moves
    schema::Seq seq{};          // of its entry; the head then where it made none
    schema::Seq base{};         // up to here its author saw the moves of others
};
// Had the author of `later` the other one before him?
bool saw(const Move& later, const Move& earlier);
// The move that holds, as an index; moves earlier by HLC than the latest reopening do not count, of the rest
// the latest closing wins, else the latest. Nothing when there are none. Order of arrival does not matter.
std::optional<std::size_t> decide_moves(const std::vector<Move>& moves);
// For each move, whether one that it did not see, and whose author did not see it, holds instead of it. The
// order of arrival does not matter; the one that holds is never among them.
std::vector<bool> superseded_moves(const std::vector<Move>& moves);

}  // namespace fieldsync::sync
