#include "fieldsync/sync/merge.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"

namespace fieldsync::sync::test {
namespace {

using schema::Value;

const WriteStamp early{Hlc::at(1000), uid(9)};
const WriteStamp late{Hlc::at(2000), uid(1)};

Value text(const char* characters) {
    return std::string(characters);
}
Value number(std::int64_t value) {
    return value;
}

TEST(LastWriter, the_later_stamp_wins_and_the_other_value_is_kept) {
    const Merged incoming = merge_last_writer(text("old"), early, text("new"), late);
    EXPECT_EQ(incoming.value, text("new"));
    EXPECT_EQ(incoming.winner, Winner::incoming);
    EXPECT_EQ(incoming.lost, text("old"));

    const Merged current = merge_last_writer(text("old"), late, text("new"), early);
    EXPECT_EQ(current.value, text("old"));
    EXPECT_EQ(current.winner, Winner::current);
    EXPECT_EQ(current.lost, text("new"));
}

TEST(LastWriter, ties_are_decided_by_store_id) {
    const WriteStamp one{Hlc::at(1000), uid(1)};
    const WriteStamp two{Hlc::at(1000), uid(2)};
    EXPECT_EQ(merge_last_writer(text("a"), one, text("b"), two).winner, Winner::incoming);
    EXPECT_EQ(merge_last_writer(text("a"), two, text("b"), one).winner, Winner::current);
}

TEST(LastWriter, equal_values_lose_nothing) {
    const Merged merged = merge_last_writer(text("a"), late, text("a"), early);
    EXPECT_EQ(merged.winner, Winner::both);
    EXPECT_EQ(merged.lost, std::nullopt);
}

TEST(LastWriter, a_clearing_that_loses_is_kept_too) {
    const Merged merged = merge_last_writer(text("a"), late, Value{}, early);
    ASSERT_TRUE(merged.lost.has_value());
    EXPECT_TRUE(schema::is_null(*merged.lost));
}

TEST(Max, the_larger_number_wins_whoever_brings_it) {
    EXPECT_EQ(merge_max(number(30), number(50)).value, number(50));
    EXPECT_EQ(merge_max(number(30), number(50)).lost, number(30));
    EXPECT_EQ(merge_max(number(50), number(30)).value, number(50));
    EXPECT_EQ(merge_max(number(50), number(30)).winner, Winner::current);
}

TEST(Max, null_is_smaller_than_all_and_no_loss) {
    EXPECT_EQ(merge_max(Value{}, number(-1)).value, number(-1));
    EXPECT_EQ(merge_max(Value{}, number(-1)).lost, std::nullopt);
    EXPECT_EQ(merge_max(number(-1), Value{}).value, number(-1));
    EXPECT_EQ(merge_max(number(-1), Value{}).lost, std::nullopt);
}

TEST(OnceTrue, true_stays_true) {
    EXPECT_EQ(merge_once_true(true, false).value, Value(true));
    EXPECT_EQ(merge_once_true(true, false).winner, Winner::current);
    EXPECT_EQ(merge_once_true(true, false).lost, Value(false));
    EXPECT_EQ(merge_once_true(false, true).winner, Winner::incoming);
    EXPECT_EQ(merge_once_true(Value{}, true).value, Value(true));
    EXPECT_EQ(merge_once_true(true, Value{}).value, Value(true));
    EXPECT_EQ(merge_once_true(false, false).winner, Winner::both);
}

TEST(MergeText, edits_of_different_lines_both_survive) {
    const Merged merged = merge_text("a\nb\nc", text("A\nb\nc"), late, text("a\nb\nC"), early);
    EXPECT_EQ(merged.value, text("A\nb\nC"));
    EXPECT_EQ(merged.winner, Winner::both);
    EXPECT_EQ(merged.lost, std::nullopt);
}

TEST(MergeText, overlapping_edits_fall_to_the_last_writer) {
    const Merged merged = merge_text("a", text("x"), late, text("y"), early);
    EXPECT_EQ(merged.value, text("x"));
    EXPECT_EQ(merged.winner, Winner::current);
    EXPECT_EQ(merged.lost, text("y"));
}

TEST(MergeText, says_who_brought_the_whole_outcome) {
    EXPECT_EQ(merge_text("a", text("a"), late, text("a\nb"), early).winner, Winner::incoming);
    EXPECT_EQ(merge_text("a", text("a\nb"), early, text("a"), late).winner, Winner::current);
}

TEST(MergeText, null_is_the_empty_text_and_the_empty_text_null) {
    EXPECT_EQ(merge_text("", Value{}, early, text("a"), late).value, text("a"));
    EXPECT_EQ(merge_text("a", text("a"), late, Value{}, early).value, Value{});
    EXPECT_EQ(merge_text("a\nb", text("a"), late, text("b"), early).value, Value{});
}

TEST(MergeSets, additions_and_removals_merge) {
    const Merged merged = merge_sets({"a", "b"}, {"c"}, {"a"}, {});
    EXPECT_EQ(merged.value, Value(StringSet{"b", "c"}));
    EXPECT_EQ(merged.winner, Winner::both);
    EXPECT_EQ(merged.lost, std::nullopt);
}

TEST(MergeSets, an_addition_beats_a_concurrent_removal) {
    const Merged merged = merge_sets({"a", "b"}, {}, {"a", "b"}, {"b"});
    EXPECT_EQ(merged.value, Value(StringSet{"b"}));
    EXPECT_EQ(merged.winner, Winner::both);
    EXPECT_EQ(merged.lost, Value(StringSet{"b"}));
}

TEST(MergeSets, where_no_removal_happened_the_current_set_won) {
    const Merged merged = merge_sets({"a"}, {}, {"a"}, {"a"});
    EXPECT_EQ(merged.value, Value(StringSet{"a"}));
    EXPECT_EQ(merged.winner, Winner::current);
}

TEST(MergeSets, an_element_both_added_and_removed_is_there) {
    EXPECT_EQ(merge_sets({"a"}, {"a"}, {"a"}, {}).value, Value(StringSet{"a"}));
    EXPECT_EQ(merge_sets({}, {"a"}, {"a"}, {}).value, Value(StringSet{"a"}));
}

TEST(MergeSets, removing_what_is_gone_or_adding_what_is_there_changes_nothing) {
    EXPECT_EQ(merge_sets({"b"}, {"b"}, {"a"}, {}).value, Value(StringSet{"b"}));
}

Move move(std::int64_t ms, bool is_closing, bool reopens = false, std::uint8_t store = 1) {
    return {.value = Uid{uid(static_cast<std::uint8_t>(ms))},
            .stamp = {Hlc::at(ms), uid(store)},
            .is_closing = is_closing,
            .reopens = reopens,
            .change_set = uid(static_cast<std::uint8_t>(ms))};
}

TEST(DecideMoves, of_no_moves_none_holds) {
    EXPECT_EQ(decide_moves({}), std::nullopt);
}

TEST(DecideMoves, the_latest_open_move_holds_while_nothing_is_closed) {
    EXPECT_EQ(decide_moves({move(10, false), move(30, false), move(20, false)}), 1);
}

TEST(DecideMoves, a_closed_stage_beats_a_later_open_one) {
    EXPECT_EQ(decide_moves({move(10, true), move(20, false)}), 0);
    EXPECT_EQ(decide_moves({move(20, false), move(10, true)}), 1);
}

TEST(DecideMoves, the_latest_closing_beats_earlier_ones) {
    EXPECT_EQ(decide_moves({move(10, true), move(20, true), move(30, false)}), 1);
}

TEST(DecideMoves, a_reopening_ends_what_was_before_it) {
    EXPECT_EQ(decide_moves({move(10, true), move(20, false, true)}), 1);
    EXPECT_EQ(decide_moves({move(10, true), move(20, false, true), move(30, false)}), 2);
}

TEST(DecideMoves, a_closing_after_the_reopening_holds) {
    EXPECT_EQ(decide_moves({move(10, true), move(20, false, true), move(30, true), move(40, false)}), 2);
}

TEST(DecideMoves, an_early_closing_that_arrives_late_does_not_undo_the_reopening) {
    EXPECT_EQ(decide_moves({move(10, true), move(20, false, true), move(15, true)}), 1);
}

TEST(DecideMoves, only_the_latest_reopening_counts) {
    EXPECT_EQ(decide_moves({move(10, true), move(20, false, true), move(30, true), move(40, false, true)}),
              3);
}

TEST(DecideMoves, ties_are_decided_by_store_id) {
    EXPECT_EQ(decide_moves({move(10, true, false, 2), move(10, true, false, 1)}), 0);
}

}  // namespace
}  // namespace fieldsync::sync::test
