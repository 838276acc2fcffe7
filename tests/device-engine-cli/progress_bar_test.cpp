#include "cli/progress_bar.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace fieldsync::testing {
namespace {

using cli::bar_text;
using cli::ProgressBar;

TEST(ProgressBar, FillsAsRecordsCome) {
    EXPECT_EQ(bar_text({0, 400, false}), "[..............................]   0 %  0 applied, 400 left");
    EXPECT_EQ(bar_text({200, 200, false}), "[###############...............]  50 %  200 applied, 200 left");
    EXPECT_EQ(bar_text({400, 0, false}), "[##############################] 100 %  400 applied, 0 left");
}

TEST(ProgressBar, RedrawsOneLineWhenSomethingMoved) {
    std::ostringstream out;
    {
        ProgressBar bar(out, true);
        bar.show({1, 1, false});
        bar.show({1, 1, false});
        bar.show({2, 0, false});
    }
    EXPECT_EQ(out.str(), "\r" + bar_text({1, 1, false}) + "\x1b[K\r" + bar_text({2, 0, false}) + "\x1b[K\n");
}

TEST(ProgressBar, SaysNothingWhenThereIsNothingToFetch) {
    std::ostringstream out;
    ProgressBar(out, true).show({0, 0, false});
    EXPECT_EQ(out.str(), "");
}

TEST(ProgressBar, SaysNothingWhenOff) {
    std::ostringstream out;
    ProgressBar(out, false).show({1, 1, false});
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace fieldsync::testing
