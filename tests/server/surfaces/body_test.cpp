#include "surfaces/body.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace fieldsync::server::surfaces {
namespace {

using schema::Value;

constexpr schema::Field kText = schema::text(1, "name");
constexpr schema::Field kMoney = schema::money(2, "price");
constexpr schema::Field kWhole = schema::integer(3, "count");
constexpr schema::Field kFlag = schema::boolean(4, "flag");
constexpr schema::Field kSet = schema::string_set(5, "tags");

std::optional<Value> read(const char* json, const schema::Field& field) {
    return to_value(boost::json::parse(json), field);
}

TEST(BodyTest, NullAndBlankClearWhateverTheType) {
    for (const schema::Field& field : {kText, kMoney, kWhole, kFlag, kSet}) {
        EXPECT_EQ(read("null", field), Value()) << field.name;
        EXPECT_EQ(read("\" \\n\"", field), Value()) << field.name;
    }
}

TEST(BodyTest, DecimalsAreScaledExactly) {
    for (const char* json : {"4500000.1", "\"4500000.1\"", "\" 4500000.10 \"", "4500000.10", "45000001e-1"})
        EXPECT_EQ(read(json, kMoney), Value(std::int64_t{450'000'010})) << json;
    EXPECT_EQ(read("0.29", kMoney), Value(std::int64_t{29}));  // 28.999… in binary
    EXPECT_EQ(read("999999999999.99", kMoney), Value(std::int64_t{99'999'999'999'999}));
    EXPECT_EQ(read("18446744073709551615", kMoney), Value(std::int64_t{9'000'000'000'000'000'000}));
    for (const char* json : {"true", "\"much\"", "[]", "{}", "\"1e5\""})
        EXPECT_EQ(read(json, kMoney), std::nullopt) << json;
}

TEST(BodyTest, WholeNumbersAreWholeHoweverTheyAreWritten) {
    for (const char* json : {"7", "7.0", "\"7\"", "\"7.0\""})
        EXPECT_EQ(read(json, kWhole), Value(std::int64_t{7})) << json;
    EXPECT_EQ(read("9007199254740993", kWhole), Value(std::int64_t{9'007'199'254'740'993}));
    for (const char* json : {"7.5", "\"7.5\"", "true", "\"x\""})
        EXPECT_EQ(read(json, kWhole), std::nullopt) << json;
}

TEST(BodyTest, FlagsComeInSeveralForms) {
    for (const char* json : {"true", "1", "\"1\"", "\"true\""})
        EXPECT_EQ(read(json, kFlag), Value(true)) << json;
    for (const char* json : {"false", "0", "\"0\"", "\"false\""})
        EXPECT_EQ(read(json, kFlag), Value(false)) << json;
    for (const char* json : {"2", "\"yes\"", "[]"}) EXPECT_EQ(read(json, kFlag), std::nullopt) << json;
}

TEST(BodyTest, TextsAreTrimmedAndNothingElseIsText) {
    EXPECT_EQ(read("\"  Ankit \"", kText), Value(std::string("Ankit")));
    for (const char* json : {"5", "true", "[\"a\"]", "{}"})
        EXPECT_EQ(read(json, kText), std::nullopt) << json;
}

TEST(BodyTest, SetsAreSortedAndWithoutDoubles) {
    EXPECT_EQ(read("[\"b\", \"a\", \"b\"]", kSet), Value(schema::StringSet{"a", "b"}));
    EXPECT_EQ(read("[]", kSet), Value(schema::StringSet{}));
    EXPECT_EQ(read("[1]", kSet), std::nullopt);
    EXPECT_EQ(read("\"a\"", kSet), std::nullopt);
}

TEST(BodyTest, AnEmptyBodyHasNoFields) {
    http::Request request;
    ASSERT_TRUE(read_object(request));
    EXPECT_TRUE(read_object(request)->empty());
}

}  // namespace
}  // namespace fieldsync::server::surfaces
