#include "store/keys.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace fieldsync::testing {
namespace {

namespace store = device::store;

TEST(Keys, OrderOfBytesIsOrderOfNumbers) {
    EXPECT_LT(std::string_view(store::u64_key(255)), std::string_view(store::u64_key(256)));
    EXPECT_EQ(store::read_u64(store::u64_key(0x0102'0304'0506'0708)), 0x0102'0304'0506'0708U);
    EXPECT_EQ(std::string(store::entity_prefix(schema::EntityNumber{0x0102})), "\x01\x02");
}

TEST(Keys, OneThatIsTooLongIsAnError) {
    store::Key key(std::string(store::Key::kBytesMax, 'x'));
    EXPECT_EQ(std::string_view(key).size(), store::Key::kBytesMax);
    EXPECT_THROW(key += "x", std::length_error);
    EXPECT_EQ(std::string_view(key).size(), store::Key::kBytesMax);
}

}  // namespace
}  // namespace fieldsync::testing
