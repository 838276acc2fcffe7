#include "fieldsync/sync/merge.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fieldsync::sync {
namespace {

Merged same(const Value& value) {
    return {.value = value, .winner = Winner::both, .lost = std::nullopt};
}

// One of two different values holds; `keep_lost`: the other is worth keeping.
Merged pick(const Value& current, const Value& incoming, bool incoming_wins, bool keep_lost) {
    Merged out{.value = incoming_wins ? incoming : current,
               .winner = incoming_wins ? Winner::incoming : Winner::current,
               .lost = std::nullopt};
    if (keep_lost) out.lost = incoming_wins ? current : incoming;
    return out;
}

std::string_view text_of(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

bool holds(const StringSet& set, const std::string& element) {
    return std::ranges::binary_search(set, element);
}

// The order in which moves happened, whichever of them arrived first.
auto order_of(const Move& move) {
    return std::tie(move.stamp, move.change_set, move.value);
}

}  // namespace

Merged merge_last_writer(const Value& current, const WriteStamp& current_stamp, const Value& incoming,
                         const WriteStamp& incoming_stamp) {
    if (current == incoming) return same(current);
    // Equal stamps on different values: the same store twice in one change-set. Any fixed order will do.
    const bool incoming_wins = std::tie(current_stamp, current) < std::tie(incoming_stamp, incoming);
    return pick(current, incoming, incoming_wins, true);
}

Merged merge_max(const Value& current, const Value& incoming) {
    if (current == incoming) return same(current);
    const auto* mine = std::get_if<std::int64_t>(&current);
    const auto* theirs = std::get_if<std::int64_t>(&incoming);
    // Nothing was lost by a null; and a value that is no number cannot win over one that is.
    if (mine == nullptr || theirs == nullptr) return pick(current, incoming, mine == nullptr, false);
    return pick(current, incoming, *mine < *theirs, true);
}

Merged merge_once_true(const Value& current, const Value& incoming) {
    if (current == incoming) return same(current);
    const auto* mine = std::get_if<bool>(&current);
    const auto* theirs = std::get_if<bool>(&incoming);
    const bool incoming_wins = theirs != nullptr && (*theirs || mine == nullptr);
    return pick(current, incoming, incoming_wins, mine != nullptr && theirs != nullptr);
}

Merged merge_text(std::string_view base, const Value& current, const WriteStamp& current_stamp,
                  const Value& incoming, const WriteStamp& incoming_stamp) {
    if (current == incoming) return same(current);
    std::optional<std::string> merged = merge_lines(base, text_of(current), text_of(incoming));
    if (!merged) return merge_last_writer(current, current_stamp, incoming, incoming_stamp);
    Winner winner = Winner::both;
    if (*merged == text_of(current))
        winner = Winner::current;
    else if (*merged == text_of(incoming))
        winner = Winner::incoming;
    // A text of nothing is null, as everywhere.
    Value value;
    if (!merged->empty()) value = *std::move(merged);
    return {.value = std::move(value), .winner = winner, .lost = std::nullopt};
}

Merged merge_sets(const StringSet& current, const StringSet& added, const StringSet& removed,
                  const StringSet& concurrently_added) {
    StringSet elements;
    StringSet kept;  // whose removal did not happen
    for (const std::string& element : current) {
        const bool is_removed = holds(removed, element) && !holds(added, element);
        const bool stays = !is_removed || holds(concurrently_added, element);
        if (stays) elements.push_back(element);
        if (is_removed && stays) kept.push_back(element);
    }
    elements.insert(elements.end(), added.begin(), added.end());

    Merged out{.value = schema::make_set(std::move(elements)), .winner = Winner::both, .lost = std::nullopt};
    if (kept.empty()) return out;
    if (std::get<StringSet>(out.value) == current) out.winner = Winner::current;
    out.lost = std::move(kept);
    return out;
}

std::optional<std::size_t> decide_moves(const std::vector<Move>& moves) {
    const Move* reopening = nullptr;
    for (const Move& move : moves)
        if (move.reopens && (reopening == nullptr || order_of(*reopening) < order_of(move)))
            reopening = &move;

    const Move* best = nullptr;
    for (const Move& move : moves) {
        if (reopening != nullptr && move.stamp < reopening->stamp) continue;
        const bool is_better = best == nullptr || best->is_closing < move.is_closing ||
                               (best->is_closing == move.is_closing && order_of(*best) < order_of(move));
        if (is_better) best = &move;
    }
    if (best == nullptr) return std::nullopt;
    return static_cast<std::size_t>(best - moves.data());
}

bool saw(const Move& later, const Move& earlier) {
    return earlier.arrival < later.arrival &&
           (earlier.seq <= later.base || earlier.stamp.store == later.stamp.store);
}

std::vector<bool> superseded_moves(const std::vector<Move>& moves) {
    // A reopening takes earlier closings out of a contest, unless its author saw that contest decided.
    const auto is_out = [&](const Move& move, const Move& contested) {
        return std::any_of(moves.begin(), moves.end(), [&](const Move& other) {
            return other.reopens && !saw(other, contested) && move.stamp < other.stamp;
        });
    };
    const auto beats = [&](const Move& other, const Move& move) {
        if (other.value == move.value || saw(move, other) || saw(other, move)) return false;
        if (other.reopens && move.stamp < other.stamp) return true;
        return !is_out(other, move) &&
               std::pair(move.is_closing, order_of(move)) < std::pair(other.is_closing, order_of(other));
    };
    std::vector<bool> superseded;
    superseded.reserve(moves.size());
    for (const Move& move : moves)
        superseded.push_back(
            std::any_of(moves.begin(), moves.end(), [&](const Move& other) { return beats(other, move); }));
    return superseded;
}

}  // namespace fieldsync::sync
