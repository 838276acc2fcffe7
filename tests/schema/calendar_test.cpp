#include "fieldsync/schema/calendar.hpp"

#include <gtest/gtest.h>

namespace fieldsync::schema {
namespace {

TEST(Calendar, TheDayIsTheBusinesssOwn) {
    const std::int64_t evening = parse_utc("2026-05-20T19:00:00.000000Z");
    EXPECT_EQ(date_at(evening, "UTC"), "2026-05-20");
    EXPECT_EQ(date_at(evening, "Asia/Kolkata"), "2026-05-21");
    EXPECT_EQ(date_at(evening, "America/Los_Angeles"), "2026-05-20");
    EXPECT_EQ(date_at(evening, "No/Where"), "2026-05-20");
    EXPECT_FALSE(is_time_zone("No/Where"));
}

TEST(Calendar, WritesAndReadsUtc) {
    EXPECT_EQ(format_utc(0), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(format_utc(1'779'271'200'123'456), "2026-05-20T10:00:00.123456Z");
    EXPECT_EQ(format_utc(-1), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_utc(-62'167'219'200'000'000), "0000-01-01T00:00:00.000000Z");
    EXPECT_EQ(format_utc(-62'167'219'200'000'001), "-001-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_utc(253'402'300'799'999'999), "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_utc(253'402'300'800'000'000), "10000-01-01T00:00:00.000000Z");
    EXPECT_EQ(parse_utc("2026-05-20T10:00:00.123456Z"), 1'779'271'200'123'456);
    EXPECT_EQ(parse_utc("2026-05-20T10:00:00Z"), 1'779'271'200'000'000);
    EXPECT_EQ(parse_utc("yesterday"), 0);
}

TEST(Calendar, CountsDays) {
    EXPECT_EQ(days_between("2026-02-28", "2026-03-01"), 1);
    EXPECT_EQ(days_between("2024-02-28", "2024-03-01"), 2);
    EXPECT_EQ(days_between("2026-05-20", "2026-05-20"), 0);
}

}  // namespace
}  // namespace fieldsync::schema
