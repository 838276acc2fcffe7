#include "accounts/tokens.hpp"

#include <gtest/gtest.h>

#include "accounts_database.hpp"

namespace fieldsync::server::accounts {
namespace {

using testing::AccountsDatabase;

constexpr std::int64_t kDayMs = 86'400'000;

TEST(TokensTest, ATokenLeadsToItsOwner) {
    AccountsDatabase accounts;
    const std::string token = accounts.issue("rahul@example.com", Surface::crm);
    const auto owner = accounts.find(token);
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->name, "Rahul Sharma");
    EXPECT_EQ(owner->user_type, "staff");
    EXPECT_EQ(owner->user_id, accounts.user("rahul@example.com").id);
    EXPECT_EQ(owner->surface, Surface::crm);
    EXPECT_EQ(owner->time_zone, "Asia/Kolkata");
    EXPECT_TRUE(owner->user_active);
    EXPECT_TRUE(owner->business_active);
    EXPECT_TRUE(owner->has_offline_sync);
    EXPECT_TRUE(owner->has_client_portal);
    EXPECT_TRUE(owner->device.is_nil());
    EXPECT_FALSE(owner->user.is_nil());
    EXPECT_FALSE(owner->business_uid.is_nil());
}

TEST(TokensTest, ATokenIsItsIdABarAndASecretThatIsNotStored) {
    AccountsDatabase accounts;
    const std::string token = accounts.issue("john@example.com", Surface::crm);
    const auto bar = token.find('|');
    ASSERT_NE(bar, std::string::npos);
    EXPECT_EQ(token.substr(0, bar), "1");
    EXPECT_EQ(token.size() - bar - 1, 43U);
    accounts.database->read([&](storage::Connection& connection) {
        connection.query("SELECT hash FROM token", {}, [&](storage::Row& row) {
            const auto bytes = row.blob(0);
            const std::string stored(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            EXPECT_EQ(stored.size(), 32U);
            EXPECT_EQ(stored.find(token.substr(bar + 1)), std::string::npos);
        });
    });
}

TEST(TokensTest, WhatIsNoTokenFindsNobody) {
    AccountsDatabase accounts;
    const std::string token = accounts.issue("john@example.com", Surface::crm);
    std::string changed = token;
    changed.back() = changed.back() == 'A' ? 'B' : 'A';
    const std::string secret = token.substr(token.find('|') + 1);
    for (const std::string& wrong :
         {std::string(), std::string("|"), std::string("1"), std::string("1|"), changed, "2|" + secret,
          "01x|" + secret, "-1|" + secret, "99999999999999999999|" + secret, token + "x", " " + token})
        EXPECT_FALSE(accounts.find(wrong)) << wrong;
    EXPECT_TRUE(accounts.find(token));
}

TEST(TokensTest, ItTakesOneStatementAndNoneWhileNobodyCommits) {
    AccountsDatabase accounts;
    const std::string token = accounts.issue("john@example.com", Surface::crm);
    const auto statements = [&] {
        const std::uint64_t before = accounts.database->statements_run();
        EXPECT_TRUE(accounts.find(token));
        return accounts.database->statements_run() - before;
    };
    EXPECT_EQ(statements(), 1U);
    EXPECT_EQ(statements(), 0U);
    accounts.change("UPDATE head SET stamp = stamp + 1");
    EXPECT_EQ(statements(), 1U);
}

// Each request sees the token as the last commit left it, whoever committed.
TEST(TokensTest, ARightThatEndsHoldsInTheNextRead) {
    AccountsDatabase accounts;
    const auto elsewhere = accounts.opened_elsewhere();
    const std::string token = accounts.issue("rahul@example.com", Surface::crm);
    const auto now = [&] { return accounts.find(token); };
    const auto change = [&](bool is_here, std::string_view sql) {
        storage::Database& database = is_here ? *accounts.database : *elsewhere;
        database.write([&](storage::Connection& connection) { connection.execute(sql); });
    };
    for (const bool is_here : {true, false}) {
        EXPECT_TRUE(now()->user_active && now()->business_active && now()->has_offline_sync);
        change(is_here, "UPDATE \"user\" SET is_active = 0");
        EXPECT_FALSE(now()->user_active);
        change(is_here, "UPDATE \"user\" SET is_active = 1");
        EXPECT_TRUE(now()->user_active);
        change(is_here, "UPDATE business SET subscription_status = 'suspended'");
        EXPECT_FALSE(now()->business_active);
        change(is_here, "UPDATE business SET subscription_status = 'active'");
        change(is_here, "UPDATE plan SET has_offline_sync = 0");
        EXPECT_FALSE(now()->has_offline_sync);
        change(is_here, "UPDATE plan SET has_offline_sync = 1");
    }
    EXPECT_TRUE(now());
    change(false, "DELETE FROM token");
    EXPECT_FALSE(now());
}

TEST(TokensTest, AKnownTokenExpiresAllTheSame) {
    AccountsDatabase accounts;
    const std::string token = accounts.issue("rahul@example.com", Surface::crm);
    EXPECT_TRUE(accounts.find(token));
    accounts.clock.advance_ms(30 * kDayMs);
    EXPECT_FALSE(accounts.find(token));
}

TEST(TokensTest, RestTokensLive30DaysFromTheirLastUseAndSyncTokens90) {
    for (const auto& [surface, days] : {std::pair{Surface::crm, 30}, std::pair{Surface::sync, 90}}) {
        AccountsDatabase accounts;
        const std::string token = accounts.issue("rahul@example.com", surface);
        accounts.clock.advance_ms(days * kDayMs - 1);
        const auto owner = accounts.find(token);
        ASSERT_TRUE(owner);
        accounts.database->write(
            [&](storage::Connection& c) { touch_token(c, owner->token_id, accounts.clock.now_us()); });
        accounts.clock.advance_ms(days * kDayMs - 1);
        EXPECT_TRUE(accounts.find(token));
        accounts.clock.advance_ms(1);
        EXPECT_FALSE(accounts.find(token));
    }
}

TEST(TokensTest, ARevokedTokenFindsNobodyAndOthersStay) {
    AccountsDatabase accounts;
    const std::string one = accounts.issue("rahul@example.com", Surface::crm);
    const std::string other = accounts.issue("rahul@example.com", Surface::crm);
    const std::int64_t id = accounts.find(one)->token_id;
    accounts.database->write([&](storage::Connection& c) { revoke_token(c, id); });
    EXPECT_FALSE(accounts.find(one));
    EXPECT_TRUE(accounts.find(other));
}

TEST(TokensTest, ASyncTokenIsBoundToItsDevice) {
    AccountsDatabase accounts;
    const schema::Uid device = sync::new_uid(accounts.clock, accounts.random);
    const std::string token = accounts.issue("rahul@example.com", Surface::sync, device);
    EXPECT_EQ(accounts.find(token)->device, device);
}

TEST(TokensTest, TheOwnerIsShownAsHeIsNow) {
    AccountsDatabase accounts;
    const std::string token = accounts.issue("starter@example.com", Surface::crm);
    EXPECT_FALSE(accounts.find(token)->has_offline_sync);
    EXPECT_FALSE(accounts.find(token)->has_client_portal);
    accounts.change("UPDATE \"user\" SET is_active = 0 WHERE email = 'starter@example.com'");
    EXPECT_FALSE(accounts.find(token)->user_active);
    EXPECT_TRUE(accounts.find(token)->business_active);
    for (const char* status : {"suspended", "cancelled"}) {
        accounts.change("UPDATE business SET subscription_status = ?1 WHERE business_name = 'Nimbus Realty'",
                        {status});
        EXPECT_FALSE(accounts.find(token)->business_active) << status;
    }
    accounts.change(
        "UPDATE business SET subscription_status = 'past_due' WHERE business_name = 'Nimbus Realty'");
    EXPECT_TRUE(accounts.find(token)->business_active);
    accounts.change("UPDATE business SET is_active = 0 WHERE business_name = 'Nimbus Realty'");
    EXPECT_FALSE(accounts.find(token)->business_active);
}

TEST(TokensTest, EachSurfaceTakesItsUsersOnly) {
    EXPECT_TRUE(admits(Surface::crm, "admin"));
    EXPECT_TRUE(admits(Surface::crm, "staff"));
    EXPECT_FALSE(admits(Surface::crm, "client"));
    EXPECT_FALSE(admits(Surface::crm, ""));
    EXPECT_TRUE(admits(Surface::client_portal, "client"));
    EXPECT_FALSE(admits(Surface::client_portal, "staff"));
    EXPECT_TRUE(admits(Surface::platform, "super_admin"));
    EXPECT_FALSE(admits(Surface::platform, "admin"));
    EXPECT_TRUE(admits(Surface::sync, "staff"));
    EXPECT_FALSE(admits(Surface::sync, "client"));
}

}  // namespace
}  // namespace fieldsync::server::accounts
