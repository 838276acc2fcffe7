#include "surfaces/json.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "fieldsync/schema/calendar.hpp"

namespace fieldsync::server::surfaces {
namespace {

template <class T>
std::string written(const T& value) {
    std::string out;
    JsonWriter(out).value(value);
    return out;
}

TEST(JsonTest, NumbersPrintAsDocumented) {
    EXPECT_EQ(written(FloatNumber{450'000'000, 2}), "4500000.0");
    EXPECT_EQ(written(FloatNumber{47, 2}), "0.47");
    EXPECT_EQ(written(FloatNumber{150, 2}), "1.5");
    EXPECT_EQ(written(FloatNumber{-5, 2}), "-0.05");
    EXPECT_EQ(written(FloatNumber{7, 0}), "7.0");
    EXPECT_EQ(written(PlainNumber{300'000'000, 2}), "3000000");
    EXPECT_EQ(written(PlainNumber{120'050, 2}), "1200.5");
    EXPECT_EQ(written(PlainNumber{0, 2}), "0");
    EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(written(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
}

TEST(JsonTest, TextsAreEscapedAndKeptInUtf8) {
    EXPECT_EQ(written("₹30L – ₹50L"), "\"₹30L – ₹50L\"");
    EXPECT_EQ(written("a \"b\" \\ /"), R"("a \"b\" \\ /")");
    EXPECT_EQ(written("line\nline\r\ttab"), R"("line\nline\r\ttab")");
    EXPECT_EQ(written(std::string_view("\x01\x1f\0", 3)), R"("\u0001\u001f\u0000")");
    EXPECT_EQ(written(""), R"("")");
}

TEST(JsonTest, TimesPrintAsTheSchemaFormatsThem) {
    EXPECT_EQ(written(UtcTime{1'779'271'200'000'007}), "\"2026-05-20T10:00:00.000007Z\"");
    constexpr std::int64_t kDayUs = 86'400'000'000, kBeforeYear0 = -62'167'219'200'000'001,
                           kYear10000 = 253'402'300'800'000'000;
    for (const std::int64_t us : {std::int64_t{0}, std::int64_t{-1}, kDayUs - 1, 58 * kDayUs, 59 * kDayUs,
                                  kBeforeYear0, kBeforeYear0 + 1, kYear10000 - 1, kYear10000})
        EXPECT_EQ(written(UtcTime{us}), '"' + schema::format_utc(us) + '"');
}

TEST(JsonTest, NothingAndFlags) {
    EXPECT_EQ(written(nullptr), "null");
    EXPECT_EQ(written(std::optional<std::string>()), "null");
    EXPECT_EQ(written(std::optional(std::int64_t{5})), "5");
    EXPECT_EQ(written(true), "true");
    EXPECT_EQ(written(false), "false");
}

TEST(JsonTest, ObjectsAndArraysNest) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.field("id", 1);
    json.array("empty", [] {});
    json.array("list", [&] {
        json.value(1);
        json.value("two");
        json.begin_object();
        json.end_object();
    });
    json.object("inner", [&] { json.field("text", "a:{["); });
    json.field("after", nullptr);
    json.end_object();
    EXPECT_EQ(out, R"({"id":1,"empty":[],"list":[1,"two",{}],"inner":{"text":"a:{["},"after":null})");
}

TEST(JsonTest, ATextThatEndsLikeAnOpeningIsFollowedByAComma) {
    std::string out;
    JsonWriter json(out);
    json.begin_array();
    for (const char* text : {"[", "{", ":"}) json.value(text);
    json.end_array();
    EXPECT_EQ(out, R"(["[","{",":"])");
}

}  // namespace
}  // namespace fieldsync::server::surfaces
