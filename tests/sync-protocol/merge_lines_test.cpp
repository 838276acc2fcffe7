#include <gtest/gtest.h>

#include "fieldsync/sync/limits.hpp"
#include "fieldsync/sync/merge.hpp"

namespace fieldsync::sync::test {
namespace {

constexpr const char* conflict = "(conflict)";

struct Case {
    const char* what;
    const char* base;
    const char* one;
    const char* other;
    const char* merged;
};

constexpr Case cases[] = {
    {"nobody changed anything", "a\nb", "a\nb", "a\nb", "a\nb"},
    {"one side changed a line", "a\nb\nc", "a\nx\nc", "a\nb\nc", "a\nx\nc"},
    {"lines far apart", "a\nb\nc\nd", "x\nb\nc\nd", "a\nb\nc\ny", "x\nb\nc\ny"},
    {"neighbouring lines", "a\nb", "x\nb", "a\ny", "x\ny"},
    {"a line changed, another removed", "a\nb\nc", "x\nb\nc", "a\nb", "x\nb"},
    {"a line changed, the next removed", "a\nb\nc", "x\nb\nc", "a\nc", "x\nc"},
    {"the same change on both sides", "a\nb\nc", "a\nx\nc", "a\nx\nc", "a\nx\nc"},
    {"the same change and one more", "a\nb\nc\nd", "a\nx\nc\nd", "a\nx\nc\ny", "a\nx\nc\ny"},
    {"a block changed alike only in part", "a\nb\nc", "a\nx\nc", "a\nx\ny", conflict},
    {"the same line added by both, another by one", "a\nb", "a\nn\nb", "a\nn\nb\nz", "a\nn\nb\nz"},
    {"different changes of one line", "a\nb\nc", "a\nx\nc", "a\ny\nc", conflict},
    {"a line changed and removed", "a\nb\nc", "a\nx\nc", "a\nc", conflict},
    {"both append", "a", "a\nx", "a\ny", conflict},
    {"both write on an empty page", "", "x", "y", conflict},
    {"one writes on an empty page", "", "x\ny", "", "x\ny"},
    {"a line added before a changed one", "a\nb", "a\nn\nb", "a\nx", "a\nn\nx"},
    {"a line added after a changed one", "a\nb\nc", "x\nb\nc", "a\nn\nb\nc", "x\nn\nb\nc"},
    {"a line added inside of removed ones", "a\nb\nc\nd", "a\nd", "a\nb\nn\nc\nd", conflict},
    {"lines added at both ends", "m", "a\nm", "m\nz", "a\nm\nz"},
    {"everything removed, one line changed", "a\nb", "", "a\nx", conflict},
    {"everything removed by both", "a\nb", "", "", ""},
    {"all removed piece by piece", "a\nb", "a", "b", ""},
    {"a region changed alike in different pieces", "a\nb\nc\nd", "x\ny\nz\nd", "x\ny\nz\nd\ne",
     "x\ny\nz\nd\ne"},
    {"the break at the end stays", "a\nb\n", "x\nb\n", "a\ny\n", "x\ny\n"},
    {"the break at the end is added", "a\nb", "a\nb\n", "x\nb", "x\nb\n"},
    {"the break at the end is removed", "a\nb\nc\n", "a\nb\nc", "x\nb\nc\n", "x\nb\nc"},
    {"a line appended before the break at the end", "a\nb\n", "a\nb\nc\n", "x\nb\n", "x\nb\nc\n"},
    {"blank lines are lines", "a\n\nb", "a\n\n\nb", "a\n\nx", "a\n\n\nx"},
    {"carriage returns belong to their lines", "a\r\nb\r\n", "x\r\nb\r\n", "a\r\ny\r\n", "x\r\ny\r\n"},
    {"repeated lines", "a\na\na", "a\na\na\na", "x\na\na", "x\na\na\na"},
};

std::string merged(std::string_view base, std::string_view one, std::string_view other) {
    return merge_lines(base, one, other).value_or(conflict);
}

TEST(MergeLines, merges_what_does_not_overlap) {
    for (const Case& example : cases) {
        SCOPED_TRACE(example.what);
        EXPECT_EQ(merged(example.base, example.one, example.other), example.merged);
        EXPECT_EQ(merged(example.base, example.other, example.one), example.merged);
    }
}

std::string numbered_lines(std::size_t count, const std::string& prefix) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += (i > 0 ? "\n" : "") + prefix + std::to_string(i);
    return out;
}

TEST(MergeLines, merges_up_to_its_bound_and_no_further) {
    const std::string base = numbered_lines(limits::merge_lines_max - 1, "");
    EXPECT_EQ(merge_lines(base, "first\n" + base, base + "\nlast"), "first\n" + base + "\nlast");
    const std::string larger = base + "\none more\nand another";
    EXPECT_EQ(merge_lines(larger, "first\n" + larger, larger + "\nlast"), std::nullopt);
    // Where one side changed nothing there is nothing to compare.
    EXPECT_EQ(merge_lines(larger, larger, larger + "\nlast"), larger + "\nlast");
}

TEST(MergeLines, bears_two_large_texts_without_a_common_line) {
    const std::string base = numbered_lines(limits::merge_lines_max, "b");
    const std::string other = numbered_lines(limits::merge_lines_max, "o");
    EXPECT_EQ(merge_lines(base, other, other + "!"), std::nullopt);
}

}  // namespace
}  // namespace fieldsync::sync::test
