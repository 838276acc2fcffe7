#include "accounts/passwords.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

namespace fieldsync::server::accounts {
namespace {

TEST(PasswordsTest, APasswordFitsItsOwnHashOnly) {
    const std::string hash = hash_password("Test@1234");
    EXPECT_TRUE(hash.starts_with("$argon2id$"));
    EXPECT_TRUE(verify_password("Test@1234", hash));
    EXPECT_FALSE(verify_password("Test@1235", hash));
    EXPECT_FALSE(verify_password("", hash));
}

TEST(PasswordsTest, TheSamePasswordHasAnotherHashEachTime) {
    EXPECT_NE(hash_password("Test@1234"), hash_password("Test@1234"));
}

TEST(PasswordsTest, AnAccountThatIsNotThereIsNeverVerified) {
    EXPECT_FALSE(verify_password("Test@1234", std::nullopt));
    EXPECT_FALSE(verify_password("", std::nullopt));
}

// The time of a wrong password and of an unknown account must not differ: both cost what the limits say.
TEST(PasswordsTest, TheStandInCostsAsMuchAsAPassword) {
    EXPECT_EQ(crypto_pwhash_str_needs_rehash(std::string(stand_in_hash()).c_str(),
                                             crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                             crypto_pwhash_MEMLIMIT_INTERACTIVE),
              0);
}

TEST(PasswordsTest, ADamagedHashVerifiesNothing) {
    EXPECT_FALSE(verify_password("Test@1234", std::string("$argon2id$")));
    EXPECT_FALSE(verify_password("Test@1234", std::string()));
}

}  // namespace
}  // namespace fieldsync::server::accounts
