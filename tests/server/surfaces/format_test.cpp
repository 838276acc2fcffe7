#include "surfaces/format.hpp"

#include <gtest/gtest.h>

#include "surfaces/decimal.hpp"
#include "surfaces/filter.hpp"

namespace fieldsync::server::surfaces {
namespace {

constexpr std::int64_t rupees(std::int64_t amount) {
    return amount * 100;
}

TEST(FormatTest, ABudgetIsShort) {
    EXPECT_EQ(budget_text(rupees(3'000'000), rupees(5'000'000)), "₹30L – ₹50L");
    EXPECT_EQ(budget_text(rupees(12'000'000), std::nullopt), "From ₹1.2Cr");
    EXPECT_EQ(budget_text(std::nullopt, rupees(50'000)), "Up to ₹50K");
    EXPECT_EQ(budget_text(rupees(500), std::nullopt), "From ₹500");
    EXPECT_EQ(budget_text(std::nullopt, std::nullopt), std::nullopt);
}

TEST(FormatTest, ABudgetTurnsOverAtTheUnits) {
    EXPECT_EQ(budget_text(rupees(10'000'000), std::nullopt), "From ₹1Cr");
    EXPECT_EQ(budget_text(rupees(9'950'000), std::nullopt), "From ₹99.5L");
    EXPECT_EQ(budget_text(rupees(9'999'999), std::nullopt), "From ₹1Cr");
    EXPECT_EQ(budget_text(rupees(100'000), std::nullopt), "From ₹1L");
    EXPECT_EQ(budget_text(rupees(99'000), std::nullopt), "From ₹99K");
    EXPECT_EQ(budget_text(rupees(3'255'000), std::nullopt), "From ₹32.55L");
    EXPECT_EQ(budget_text(rupees(1'000'000'000), std::nullopt), "From ₹100Cr");
}

TEST(FormatTest, ASizeIsInSquareFeet) {
    EXPECT_EQ(size_text(100'000, 200'000), "1000 – 2000 sqft");
    EXPECT_EQ(size_text(100'050, std::nullopt), "From 1000.5 sqft");
    EXPECT_EQ(size_text(std::nullopt, 200'000), "Up to 2000 sqft");
    EXPECT_EQ(size_text(std::nullopt, std::nullopt), std::nullopt);
}

TEST(FormatTest, AStageHasASlug) {
    EXPECT_EQ(slug_of("Options Suggested"), "options_suggested");
    EXPECT_EQ(slug_of("Closed — Won"), "closed_won");
    EXPECT_EQ(slug_of("  2nd Visit! "), "2nd_visit");
    EXPECT_EQ(slug_of("—"), "");
}

TEST(FormatTest, ARequirementsTitleLeavesOutWhatIsMissing) {
    EXPECT_EQ(requirement_title("buy", "flat", "Flat / Apartment", "Vijay Nagar"),
              "Buy - Flat - Vijay Nagar");
    EXPECT_EQ(requirement_title("rent", "any", "", "Palasia"), "Rent - Palasia");
    EXPECT_EQ(requirement_title("buy", "villa", "Villa", ""), "Buy - Villa");
    EXPECT_EQ(requirement_title("buy", "", "", ""), "Buy");
}

TEST(FormatTest, DaysAreCountedInTheBusinesssTimeZone) {
    // 18:45 UTC is the next day in Kolkata.
    const std::int64_t at_us = 1'779'216'300'000'000;  // 2026-05-19T18:45:00Z
    EXPECT_EQ(days_since(at_us, "2026-05-20", "Asia/Kolkata"), 0);
    EXPECT_EQ(days_since(at_us, "2026-05-20", "UTC"), 1);
    EXPECT_EQ(days_since(at_us, "2026-05-24", "Asia/Kolkata"), 4);
    EXPECT_EQ(days_since(at_us, "2026-05-01", "UTC"), 0);
}

TEST(FormatTest, DecimalsAreReadExactly) {
    EXPECT_EQ(parse_decimal("4500000", 2), 450'000'000);
    EXPECT_EQ(parse_decimal("0.1", 2), 10);
    EXPECT_EQ(parse_decimal("1.005", 2), 101);
    EXPECT_EQ(parse_decimal("-1.005", 2), -101);
    EXPECT_EQ(parse_decimal(".5", 2), 50);
    EXPECT_EQ(parse_decimal("+7.", 0), 7);
    EXPECT_EQ(parse_decimal("99999999999999999999", 2), 9'000'000'000'000'000'000);
    for (const char* wrong : {"", ".", "-", "1e5", "1,000", "1.2.3", "0x10", " 1", "twelve"})
        EXPECT_EQ(parse_decimal(wrong, 2), std::nullopt) << wrong;
}

TEST(FormatTest, ASearchedTextIsTakenAsItIs) {
    EXPECT_EQ(contains_pattern("Ankit"), "%ankit%");
    EXPECT_EQ(contains_pattern("50%_\\"), "%50\\%\\_\\\\%");
}

}  // namespace
}  // namespace fieldsync::server::surfaces
