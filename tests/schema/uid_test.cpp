#include "fieldsync/schema/uid.hpp"

#include <gtest/gtest.h>

namespace fieldsync::schema {
namespace {

TEST(Uid, ReadsWhatItWrites) {
    const auto uid = Uid::parse("0196ebcc-5D80-7abc-8def-0123456789ab");
    ASSERT_TRUE(uid);
    EXPECT_EQ(uid->to_string(), "0196ebcc-5d80-7abc-8def-0123456789ab");
    EXPECT_EQ(uid->version(), 7);
    EXPECT_EQ(Uid::from_bytes(uid->view()), uid);
}

TEST(Uid, RefusesWhatIsNone) {
    for (const char* text :
         {"", "0196ebcc", "0196ebcc-5d80-7abc-8def-0123456789a", "0196ebcc-5d80-7abc-8def-0123456789ag",
          "0196ebcc05d80-7abc-8def-0123456789ab", "0196ebcc-5d80-7abc-8def-0123456789abc"})
        EXPECT_FALSE(Uid::parse(text)) << text;
    EXPECT_FALSE(Uid::from_bytes("short"));
}

TEST(Uid, VersionSevenSortsByTime) {
    const std::array<std::uint8_t, 10> high{255, 255, 255, 255, 255, 255, 255, 255, 255, 255}, low{};
    EXPECT_LT(make_uid_v7(1'000, high), make_uid_v7(1'001, low));
    EXPECT_EQ(make_uid_v7(1'000, high).version(), 7);
}

TEST(Uid, DerivedOnesAreTheSameEverywhereAndDifferByEachPart) {
    const Uid a = make_uid_v7(1, {}), b = make_uid_v7(2, {});
    EXPECT_EQ(derive_uid({a, b}, "lead", 1), derive_uid({a, b}, "lead", 1));
    EXPECT_NE(derive_uid({a, b}, "lead", 1), derive_uid({b, a}, "lead", 1));
    EXPECT_NE(derive_uid({a, b}, "lead", 1), derive_uid({a, b}, "lead", 2));
    EXPECT_NE(derive_uid({a, b}, "lead"), derive_uid({a, b}, "note"));
    EXPECT_EQ(derive_uid({a}, "lead").version(), 8);
    // Fixed for good: devices and servers of every version derive it alike.
    EXPECT_EQ(derive_uid({Uid{}}, "lead").to_string(), "3dd8afbc-5827-83d6-99d9-2bbc8f2df007");
}

}  // namespace
}  // namespace fieldsync::schema
