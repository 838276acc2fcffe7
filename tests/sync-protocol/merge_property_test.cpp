// Laws of the policies: order of arrival does not matter, and nothing comes from nowhere.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "fieldsync/sync/merge.hpp"
#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

using schema::Value;

// From small ranges, so that ties and equal values are common.
std::uint8_t any_small() {
    return *rc::gen::inRange<std::uint8_t>(0, 4);
}
WriteStamp any_stamp() {
    return {Hlc::at(any_small(), any_small()), uid(any_small())};
}
Value any_number() {
    if (any_small() == 0) return {};
    return std::int64_t{any_small()};
}
Value any_flag() {
    if (any_small() == 0) return {};
    return *rc::gen::arbitrary<bool>();
}

struct Writing {
    Value value;
    WriteStamp stamp;
};

// What holds and who brought it are the same with the sides exchanged.
void is_mirrored(const Merged& merged, const Merged& mirrored) {
    RC_ASSERT(merged.value == mirrored.value);
    RC_ASSERT(merged.lost == mirrored.lost);
    RC_ASSERT((merged.winner == Winner::both) == (mirrored.winner == Winner::both));
    if (merged.winner != Winner::both) RC_ASSERT(merged.winner != mirrored.winner);
}

RC_GTEST_PROP(MergeLaws, last_writer_is_commutative, ()) {
    const Writing a{any_number(), any_stamp()};
    const Writing b{any_number(), any_stamp()};
    is_mirrored(merge_last_writer(a.value, a.stamp, b.value, b.stamp),
                merge_last_writer(b.value, b.stamp, a.value, a.stamp));
}

RC_GTEST_PROP(MergeLaws, max_is_commutative, ()) {
    const Value a = any_number();
    const Value b = any_number();
    is_mirrored(merge_max(a, b), merge_max(b, a));
}

RC_GTEST_PROP(MergeLaws, once_true_is_commutative, ()) {
    const Value a = any_flag();
    const Value b = any_flag();
    is_mirrored(merge_once_true(a, b), merge_once_true(b, a));
}

RC_GTEST_PROP(MergeLaws, max_and_once_true_are_associative, ()) {
    const Value a = any_number(), b = any_number(), c = any_number();
    RC_ASSERT(merge_max(merge_max(a, b).value, c).value == merge_max(a, merge_max(b, c).value).value);
    const Value x = any_flag(), y = any_flag(), z = any_flag();
    RC_ASSERT(merge_once_true(merge_once_true(x, y).value, z).value ==
              merge_once_true(x, merge_once_true(y, z).value).value);
}

RC_GTEST_PROP(MergeLaws, last_writer_ends_the_same_in_any_order, ()) {
    std::vector<Writing> writings;
    for (std::int64_t i = 0; i < 5; ++i) writings.push_back({.value = i, .stamp = any_stamp()});
    const auto outcome = [](const std::vector<Writing>& order) {
        Writing holds = order.front();
        for (const Writing& next : order)
            if (merge_last_writer(holds.value, holds.stamp, next.value, next.stamp).winner ==
                Winner::incoming)
                holds = next;
        return holds.value;
    };
    const Value first = outcome(writings);
    std::ranges::reverse(writings);
    RC_ASSERT(outcome(writings) == first);
    std::ranges::rotate(writings, writings.begin() + *rc::gen::inRange(0, 5));
    RC_ASSERT(outcome(writings) == first);
}

Move any_move() {
    Move out;
    out.value = std::int64_t{any_small()};
    out.stamp = any_stamp();
    out.is_closing = *rc::gen::arbitrary<bool>();
    out.reopens = !out.is_closing && *rc::gen::arbitrary<bool>();
    out.change_set = uid(any_small());
    return out;
}

RC_GTEST_PROP(MergeLaws, decide_moves_is_independent_of_the_order_of_arrival, ()) {
    // Each change-set moves a field once.
    std::vector<Move> moves;
    for (std::uint8_t i = 0; i < 6; ++i) {
        moves.push_back(any_move());
        moves.back().change_set = uid(i);
    }
    const Move chosen = moves[decide_moves(moves).value()];
    std::vector<Move> shuffled = moves;
    for (std::size_t i = shuffled.size(); i > 1; --i)
        std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
    const Move again = shuffled[decide_moves(shuffled).value()];
    RC_ASSERT(again.change_set == chosen.change_set);

    // And it is as the policy says.
    for (const Move& move : moves) {
        if (chosen.stamp < move.stamp) RC_ASSERT(chosen.is_closing && !move.reopens);
        if (move.reopens) RC_ASSERT(!(chosen.stamp < move.stamp));
    }
}

RC_GTEST_PROP(MergeLaws, the_move_that_holds_is_never_superseded, ()) {
    std::vector<Move> moves;
    for (std::uint8_t i = 0; i < 6; ++i) {
        Move move = any_move();
        move.change_set = uid(i);
        move.seq = Seq{i + 1U};
        move.arrival = i;
        move.base = Seq{*rc::gen::inRange<std::uint64_t>(0, i + 1)};
        for (const Move& earlier : moves)  // as the write path stamps them
            if (saw(move, earlier) && earlier.stamp.hlc >= move.stamp.hlc)
                move.stamp.hlc.packed = earlier.stamp.hlc.packed + 1;
        moves.push_back(move);
        const std::size_t holds = decide_moves(moves).value();
        RC_ASSERT(!superseded_moves(moves)[holds]);
    }
}

RC_GTEST_PROP(MergeLaws, sets_lose_only_what_was_removed_and_gain_only_what_was_added, ()) {
    const auto any_set = [] {
        StringSet out;
        for (const char* element : {"a", "b", "c", "d"})
            if (*rc::gen::arbitrary<bool>()) out.emplace_back(element);
        return out;
    };
    const StringSet current = any_set(), added = any_set(), removed = any_set(), concurrent = any_set();
    const Merged merged = merge_sets(current, added, removed, concurrent);
    const auto& elements = std::get<StringSet>(merged.value);
    const auto holds = [](const StringSet& set, const std::string& e) {
        return std::ranges::binary_search(set, e);
    };
    for (const std::string element : {"a", "b", "c", "d"}) {
        const bool is_kept =
            holds(current, element) && (!holds(removed, element) || holds(concurrent, element));
        RC_ASSERT(holds(elements, element) == (is_kept || holds(added, element)));
    }
}

std::string join(const std::vector<std::string>& lines) {
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) out += (i > 0 ? "\n" : "") + lines[i];
    return out;
}

std::vector<std::string> any_lines() {
    std::vector<std::string> out;
    for (int i = *rc::gen::inRange(0, 7); i > 0; --i)
        out.emplace_back(1, static_cast<char>('a' + any_small()));
    return out;
}

RC_GTEST_PROP(MergeLines, is_symmetric, ()) {
    const std::string base = join(any_lines()), one = join(any_lines()), other = join(any_lines());
    RC_ASSERT(merge_lines(base, one, other) == merge_lines(base, other, one));
}

RC_GTEST_PROP(MergeLines, an_unchanged_side_leaves_the_other, ()) {
    const std::string base = join(any_lines()), one = join(any_lines());
    RC_ASSERT(merge_lines(base, one, base) == one);
    RC_ASSERT(merge_lines(base, one, one) == one);
}

RC_GTEST_PROP(MergeLines, disjoint_edits_always_merge, ()) {
    // Lines that are all different: one side edits an early one, the other a later one; each may add one
    // behind its.
    const auto count = *rc::gen::inRange<std::size_t>(2, 12);
    std::vector<std::string> base;
    for (std::size_t i = 0; i < count; ++i) base.push_back(std::to_string(i));
    const auto first = *rc::gen::inRange<std::size_t>(0, count - 1);
    const auto second = *rc::gen::inRange<std::size_t>(first + 1, count);
    std::vector<std::string> one = base, other = base, both = base;
    one[first] = both[first] = "one";
    other[second] = both[second] = "other";
    if (*rc::gen::arbitrary<bool>()) {
        other.emplace_back("more");
        both.emplace_back("more");
    }
    RC_ASSERT(merge_lines(join(base), join(one), join(other)) == join(both));
}

}  // namespace
}  // namespace fieldsync::sync::test
