#include "cli/table.hpp"

#include <gtest/gtest.h>

namespace fieldsync::testing {
namespace {

using cli::cut;
using cli::Table;

TEST(Table, AlignsByCharactersNotBytes) {
    Table table({"name", "city"});
    table.add({"Süß", "Pune"});
    table.add({"Rita", "दिल्ली"});
    EXPECT_EQ(table.print({}),
              "name  city\n"
              "Süß   Pune\n"
              "Rita  दिल्ली\n");
}

TEST(Table, LeavesNoBlanksAtTheEnd) {
    Table table({"a", "b"});
    table.add({"long", ""});
    EXPECT_EQ(table.print({}), "a     b\nlong\n");
}

TEST(Table, CutsLinesToTheTerminal) {
    Table table;
    table.add({"name", "Süd-Blick 3BHK"});
    EXPECT_EQ(table.print(11), "name  Süd-…\n");
    EXPECT_EQ(table.print(20), "name  Süd-Blick 3BHK\n");
}

TEST(Table, KeepsAValueOnOneLine) {
    Table table;
    table.add({"notes", "one\ntwo\x1b[31m"});
    EXPECT_EQ(table.print({}), "notes  one two [31m\n");
}

TEST(Table, CutsBetweenCharacters) {
    EXPECT_EQ(cut("äöü", 3), "äöü");
    EXPECT_EQ(cut("äöü", 2), "ä…");
    EXPECT_EQ(cut("äöü", 1), "…");
    EXPECT_EQ(cut("äöü", 0), "");
}

}  // namespace
}  // namespace fieldsync::testing
