// Values of the command line, there and back.
#include "cli/values.hpp"

#include <gtest/gtest.h>

#include "fieldsync/schema/entities.hpp"
#include "support/fakes.hpp"

namespace fieldsync::testing {
namespace {

using cli::parse_value;
using cli::text_of;
using schema::Value;

const schema::Field kMoney = schema::money(1, "price");
const schema::Field kDegrees = schema::decimal(2, "latitude", 7);
const schema::Field kTags = schema::string_set(3, "tags");
const schema::Field kAt = schema::timestamp(4, "at");
const schema::Field kFlag = schema::boolean(5, "flag");
const schema::Field kCount = schema::integer(6, "count");
const schema::Field kDay = schema::date(7, "day");
const schema::Field kTime = schema::time_of_day(8, "time");
const schema::Field kWho = schema::relation(9, "who", schema::entity::user);
const schema::Field kText = schema::text(10, "text");

void expect(const schema::Field& field, std::string_view text, const Value& value) {
    const auto parsed = parse_value(field, text);
    ASSERT_TRUE(parsed.has_value()) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, value) << text;
}

void expect_refused(const schema::Field& field, std::string_view text) {
    const auto parsed = parse_value(field, text);
    ASSERT_TRUE(parsed.has_error()) << text;
    EXPECT_EQ(parsed.error().exit, cli::Exit::wrong_use) << text;
    EXPECT_NE(parsed.error().message.find(field.name), std::string::npos) << parsed.error().message;
}

TEST(Values, DecimalsAreExact) {
    expect(kMoney, "4500000", std::int64_t{450'000'000});
    expect(kMoney, "1200.50", std::int64_t{120'050});
    expect(kMoney, "1200.5", std::int64_t{120'050});
    expect(kMoney, "-0.01", std::int64_t{-1});
    expect(kDegrees, "-12.3456789", std::int64_t{-123'456'789});
    for (const char* text : {"1200.505", "1200.500", "1.", ".5", "1e3", "1,000", " 1", "-", "--1", "1.-5",
                             "0x10", "99999999999999999999", "92233720368547758.08"})
        expect_refused(kMoney, text);
}

TEST(Values, DecimalsShowAllTheirDigits) {
    EXPECT_EQ(text_of(kMoney, std::int64_t{450'000'000}), "4500000.00");
    EXPECT_EQ(text_of(kMoney, std::int64_t{5}), "0.05");
    EXPECT_EQ(text_of(kMoney, std::int64_t{-5}), "-0.05");
    EXPECT_EQ(text_of(kMoney, std::int64_t{0}), "0.00");
    EXPECT_EQ(text_of(kDegrees, std::int64_t{-123'456'789}), "-12.3456789");
    EXPECT_EQ(cli::decimal_text(42, 0), "42");
    EXPECT_EQ(cli::decimal_text(std::numeric_limits<std::int64_t>::min(), 2), "-92233720368547758.08");
}

TEST(Values, BooleansAreTrueOrFalse) {
    expect(kFlag, "true", true);
    expect(kFlag, "false", false);
    for (const char* text : {"True", "1", "yes"}) expect_refused(kFlag, text);
}

TEST(Values, IntegersAreWholeNumbers) {
    expect(kCount, "-7", std::int64_t{-7});
    for (const char* text : {"7.0", "seven", "+7", "9223372036854775808"}) expect_refused(kCount, text);
}

TEST(Values, DaysAndTimesExist) {
    expect(kDay, "2028-02-29", "2028-02-29");
    expect(kTime, "23:59", "23:59");
    for (const char* text : {"2026-02-29", "2026-2-1", "tomorrow"}) expect_refused(kDay, text);
    for (const char* text : {"24:00", "9:30", "09:30:00"}) expect_refused(kTime, text);
}

TEST(Values, TimestampsAreUtc) {
    expect(kAt, "2026-05-20T10:00:00Z", kNoonUs);
    expect(kAt, "2026-05-20T10:00:00.25Z", kNoonUs + 250'000);
    EXPECT_EQ(text_of(kAt, kNoonUs + 999'999), "2026-05-20T10:00:00Z");
    for (const char* text : {"2026-05-20", "2026-05-20T10:00:00", "2026-05-20T10:00:00+01:00",
                             "2026-05-20T10:60:00Z", "2026-05-20T10:00:00.Z", "2026-05-20T10:00:00.1234567Z"})
        expect_refused(kAt, text);
}

TEST(Values, RelationsAreUids) {
    const auto uid = *schema::Uid::parse("0190a0b1-0000-7000-8000-00000000000f");
    expect(kWho, "0190A0B1-0000-7000-8000-00000000000F", uid);
    EXPECT_EQ(text_of(kWho, uid), "0190a0b1-0000-7000-8000-00000000000f");
    expect_refused(kWho, "Sam");
}

TEST(Values, SetsAreSortedAndWithoutDoubles) {
    expect(kTags, "pool,lift,pool,,", schema::StringSet{"lift", "pool"});
    EXPECT_EQ(text_of(kTags, schema::StringSet{"lift", "pool"}), "lift,pool");
}

TEST(Values, NothingClears) {
    for (const schema::Field& field : {kMoney, kAt, kFlag, kCount, kDay, kTime, kWho, kText})
        expect(field, "", Value());
    expect(kTags, "", schema::StringSet{});
    EXPECT_EQ(text_of(kText, Value()), "");
}

TEST(Values, TextsAreTakenAsTheyAre) {
    expect(kText, "a=b, \"c\"\nd", "a=b, \"c\"\nd");
}

}  // namespace
}  // namespace fieldsync::testing
