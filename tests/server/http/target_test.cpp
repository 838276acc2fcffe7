#include "http/target.hpp"

#include <gtest/gtest.h>

namespace fieldsync::server::http {
namespace {

using Segments = std::vector<std::string>;

TEST(TargetTest, DecodesEachSegmentAfterTheSplit) {
    const auto target = parse_target("/api/files/a%2Fb%20c/%E0%A4%A8");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments, (Segments{"api", "files", "a/b c", "न"}));
    EXPECT_EQ(target->path, "/api/files/a/b c/न");
}

TEST(TargetTest, KeepsEmptySegments) {
    EXPECT_EQ(parse_target("/")->segments, (Segments{""}));
    EXPECT_EQ(parse_target("/a/")->segments, (Segments{"a", ""}));
    EXPECT_EQ(parse_target("/a//b")->segments, (Segments{"a", "", "b"}));
}

TEST(TargetTest, DecodesQueryParametersInOrder) {
    const auto target =
        parse_target("/x?search=two+words&a=1%2B1&flag&empty=&a=2&&filter[name]=r%C3%A9&e=a=b");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->query, (Fields{{"search", "two words"},
                                     {"a", "1+1"},
                                     {"flag", ""},
                                     {"empty", ""},
                                     {"a", "2"},
                                     {"filter[name]", "ré"},
                                     {"e", "a=b"}}));
}

TEST(TargetTest, APlusInThePathIsAPlus) {
    EXPECT_EQ(parse_target("/a+b")->segments, (Segments{"a+b"}));
}

TEST(TargetTest, TakesTheAbsoluteFormAndTheAsterisk) {
    EXPECT_EQ(parse_target("http://host:80/a?b=c")->path, "/a");
    EXPECT_EQ(parse_target("http://host:80/a?b=c")->query, (Fields{{"b", "c"}}));
    EXPECT_EQ(parse_target("http://host")->path, "/");
    EXPECT_EQ(parse_target("*")->path, "*");
    EXPECT_EQ(parse_target("/a?u=http://x/y")->path, "/a");
}

TEST(TargetTest, RefusesWhatIsMalformed) {
    for (const char* target : {"",
                               "a",
                               "?a=b",
                               "/%",
                               "/%4",
                               "/%zz",
                               "/a%00b",
                               "/a%0Ab",
                               "/%7F",
                               "/%FF",
                               "/%C0%AF",
                               "/%ED%A0%80",
                               "/%F5%80%80%80",
                               "/%F4%90%80%80",
                               "/%E0%80%AF",
                               "/..",
                               "/a/../b",
                               "/%2e%2e/x",
                               "/./a",
                               "/a#b",
                               "/a?b#c",
                               "/a?b=%",
                               "/a?b=%00",
                               "/a?%FF=b",
                               "http://host?a=b"}) {
        EXPECT_FALSE(parse_target(target)) << target;
    }
}

}  // namespace
}  // namespace fieldsync::server::http
