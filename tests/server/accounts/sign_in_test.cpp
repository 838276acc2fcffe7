#include "accounts/sign_in.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "accounts_database.hpp"

namespace fieldsync::server::accounts {
namespace {

using testing::AccountsDatabase;

class SignInTest : public ::testing::Test {
  protected:
    SignInResult sign_in(const std::string& email, const std::string& password,
                         std::vector<Surface> surfaces = {Surface::crm}, const schema::Uid& device = {}) {
        std::optional<SignInResult> result;
        service_.sign_in({email, password, "192.0.2.7", std::move(surfaces), device},
                         [&](SignInResult answer) { result = std::move(answer); });
        EXPECT_TRUE(result) << "not answered";
        return result.value();
    }

    SignInRefusal refusal(const std::string& email, const std::string& password,
                          std::vector<Surface> surfaces = {Surface::crm}) {
        const SignInResult result = sign_in(email, password, std::move(surfaces));
        const auto* refused = std::get_if<SignInRefused>(&result);
        if (refused == nullptr) throw std::runtime_error("signed in");
        return refused->why;
    }

    AccountsDatabase accounts_;
    SignIn service_{*accounts_.database, accounts_.writes, accounts_.clock, accounts_.random,
                    [](const std::function<void()>& work) { work(); }};
};

TEST_F(SignInTest, TheRightPasswordGivesAToken) {
    const SignInResult result = sign_in("rahul@example.com", "Test@1234");
    const auto& user = std::get<SignedIn>(result);
    EXPECT_EQ(user.name, "Rahul Sharma");
    EXPECT_EQ(user.user_type, "staff");
    EXPECT_EQ(user.surface, Surface::crm);
    const auto owner = accounts_.find(user.token);
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->user, user.user);
    EXPECT_EQ(owner->business, user.business);
}

TEST_F(SignInTest, TheCaseOfAnEmailAddressDoesNotMatter) {
    EXPECT_TRUE(std::holds_alternative<SignedIn>(sign_in("Rahul@Example.COM", "Test@1234")));
}

TEST_F(SignInTest, AWrongPasswordAndAnUnknownAccountLookAlike) {
    EXPECT_EQ(refusal(std::string("rahul@example.com\0", 18), "Test@1234"), SignInRefusal::wrong_credentials);
    EXPECT_EQ(refusal("rahul@example.com", "test@1234"), SignInRefusal::wrong_credentials);
    EXPECT_EQ(refusal("nobody@example.com", "Test@1234"), SignInRefusal::wrong_credentials);
    accounts_.change("DELETE FROM credential WHERE user_id = ?1", {accounts_.user("staff@example.com").id});
    EXPECT_EQ(refusal("staff@example.com", "Test@1234"), SignInRefusal::wrong_credentials);
}

TEST_F(SignInTest, WhoIsDeactivatedHearsSoOnlyWithTheRightPassword) {
    EXPECT_EQ(refusal("former@example.com", "wrong"), SignInRefusal::wrong_credentials);
    EXPECT_EQ(refusal("former@example.com", "Test@1234"), SignInRefusal::deactivated);
    EXPECT_EQ(refusal("jk@buildcorp.test", "Test@1234"), SignInRefusal::deactivated);
    EXPECT_EQ(status_of(SignInRefusal::deactivated), 403U);
    EXPECT_EQ(message_of(SignInRefusal::deactivated),
              "Your account has been deactivated. Please contact your administrator.");
}

TEST_F(SignInTest, TheWrongSurfaceIsRefusedLast) {
    EXPECT_EQ(refusal("client@engineering.test", "Test@1234"), SignInRefusal::wrong_surface);
    EXPECT_EQ(refusal("client@engineering.test", "wrong"), SignInRefusal::wrong_credentials);
    EXPECT_EQ(refusal("former@example.com", "Test@1234", {Surface::client_portal}),
              SignInRefusal::deactivated);
    EXPECT_EQ(refusal("rahul@example.com", "Test@1234", {Surface::client_portal}),
              SignInRefusal::wrong_surface);
}

TEST_F(SignInTest, TheUsersTypeDecidesWhichSurfaceIsOpened) {
    const SignInResult result =
        sign_in("client@engineering.test", "Test@1234", {Surface::platform, Surface::client_portal});
    EXPECT_EQ(std::get<SignedIn>(result).surface, Surface::client_portal);
}

TEST_F(SignInTest, ASyncTokenIsBoundToTheDeviceWhateverThePlan) {
    const schema::Uid device = sync::new_uid(accounts_.clock, accounts_.random);
    const SignInResult result = sign_in("starter@example.com", "Test@1234", {Surface::sync}, device);
    EXPECT_EQ(accounts_.find(std::get<SignedIn>(result).token)->device, device);
}

TEST_F(SignInTest, TheSixthFailureInAMinuteHasToWaitAndSoHasSuccess) {
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(refusal("rahul@example.com", "wrong"), SignInRefusal::wrong_credentials);
    const SignInResult result = sign_in("rahul@example.com", "Test@1234");
    EXPECT_EQ(std::get<SignInRefused>(result).why, SignInRefusal::too_many);
    EXPECT_EQ(std::get<SignInRefused>(result).retry_after_s, 60);
    accounts_.clock.advance_ms(60'000);
    EXPECT_TRUE(std::holds_alternative<SignedIn>(sign_in("rahul@example.com", "Test@1234")));
}

TEST_F(SignInTest, SuccessCountsForNothing) {
    for (int i = 0; i < 7; ++i)
        EXPECT_TRUE(std::holds_alternative<SignedIn>(sign_in("rahul@example.com", "Test@1234")));
}

TEST_F(SignInTest, TriesSentAtOnceAreHeldByTheFailuresOfTheFirst) {
    std::vector<std::function<void()>> waiting;
    SignIn service(*accounts_.database, accounts_.writes, accounts_.clock, accounts_.random,
                   [&](std::function<void()> work) { waiting.push_back(std::move(work)); });
    int wrong = 0, held = 0;
    for (int i = 0; i < 8; ++i)
        service.sign_in({"rahul@example.com", "wrong", "192.0.2.7", {Surface::crm}, {}},
                        [&](const SignInResult& result) {
                            const SignInRefusal why = std::get<SignInRefused>(result).why;
                            ++(why == SignInRefusal::too_many ? held : wrong);
                        });
    EXPECT_EQ(waiting.size(), 8U);
    for (const auto& work : waiting) work();
    EXPECT_EQ(wrong, 5);
    EXPECT_EQ(held, 3);
}

TEST_F(SignInTest, WithoutAWriterNobodySignsIn) {
    accounts_.writes.stop();
    EXPECT_EQ(refusal("rahul@example.com", "Test@1234"), SignInRefusal::unavailable);
}

}  // namespace
}  // namespace fieldsync::server::accounts
