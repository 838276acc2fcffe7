#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

TEST(CrmAuthTest, LoginAnswersAsDocumented) {
    DemoServer server;
    const Answered answer = server.call(Method::post, "/api/auth/login", {},
                                        R"({"email": "john@example.com", "password": "Test@1234"})");
    EXPECT_EQ(answer.status, 200U);
    expect_shape(answer, R"({
        "status": true, "message": "Login successful.",
        "result": {"token": "1|abc123...", "role": "admin",
                   "user": {"id": 1, "name": "John Doe", "email": "john@example.com"}}})");
    EXPECT_EQ(answer.message(), "Login successful.");
    EXPECT_EQ(answer.text("result.role"), "admin");
    EXPECT_EQ(answer.text("result.user.name"), "John Doe");
    EXPECT_EQ(server.get("/api/auth/me", answer.text("result.token")).status, 200U);
}

TEST(CrmAuthTest, AWrongPasswordIs401AndADeactivatedAccount403) {
    DemoServer server;
    const auto login = [&](const std::string& email, const std::string& password) {
        return server.call(Method::post, "/api/auth/login", {},
                           json::serialize(json::value{{"email", email}, {"password", password}}));
    };
    Answered answer = login("john@example.com", "test@1234");
    EXPECT_EQ(answer.status, 401U);
    EXPECT_EQ(answer.response.body, R"({"status":false,"message":"Invalid email or password."})");
    EXPECT_EQ(login("nobody@example.com", "Test@1234").status, 401U);
    EXPECT_EQ(login("former@example.com", "wrong").status, 401U);

    for (const char* email : {"former@example.com", "jk@buildcorp.test"}) {
        answer = login(email, "Test@1234");
        EXPECT_EQ(answer.status, 403U);
        EXPECT_EQ(answer.message(), "Your account has been deactivated. Please contact your administrator.");
    }
    answer = login("client@engineering.test", "Test@1234");
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.message(), "Forbidden.");
}

TEST(CrmAuthTest, LoginSaysEverythingThatIsMissing) {
    DemoServer server;
    Answered answer = server.call(Method::post, "/api/auth/login", {}, "{}");
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(
        answer.response.body,
        R"({"status":false,"message":"Validation failed.","errors":{"email":["The email field is required."],)"
        R"("password":["The password field is required."]}})");
    answer = server.call(Method::post, "/api/auth/login", {}, R"({"email": "john", "password": 5})");
    EXPECT_EQ(answer.errors("email"), std::vector<std::string>{"The email must be a valid email address."});
    EXPECT_EQ(answer.errors("password"), std::vector<std::string>{"The password must be a string."});
    answer = server.call(Method::post, "/api/auth/login", {}, R"({"email": " ", "password": "  "})");
    EXPECT_EQ(answer.fields_in_error(), 2U);
    EXPECT_EQ(server.call(Method::post, "/api/auth/login").status, 422U);
}

TEST(CrmAuthTest, TooManyFailuresHaveToWait) {
    DemoServer server;
    const char* wrong = R"({"email": "john@example.com", "password": "wrong"})";
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(server.call(Method::post, "/api/auth/login", {}, wrong).status, 401U);
    const Answered answer = server.call(Method::post, "/api/auth/login", {},
                                        R"({"email": "john@example.com", "password": "Test@1234"})");
    EXPECT_EQ(answer.status, 429U);
    EXPECT_EQ(answer.response.header("Retry-After"), "60");
}

TEST(CrmAuthTest, LogoutRevokesTheTokenAndNoOther) {
    DemoServer server;
    const std::string token = server.rahul(), other = server.rahul();
    const Answered answer = server.call(Method::post, "/api/auth/logout", token);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.response.body, R"({"status":true,"message":"Logged out successfully."})");
    EXPECT_EQ(server.get("/api/auth/me", token).status, 401U);
    EXPECT_EQ(server.get("/api/auth/me", other).status, 200U);
}

TEST(CrmAuthTest, MeAnswersAsDocumented) {
    DemoServer server;
    const Answered answer = server.get("/api/auth/me", server.admin());
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "User profile fetched successfully.");
    const json::value documented = json::parse(
        R"({"id": 1, "name": "John Doe", "email": "john@example.com", "role": "admin", "mobile": "9827700000"})");
    EXPECT_EQ(answer.at("result"), documented);
}

TEST(CrmAuthTest, AUseIsRecordedOnceAnHour) {
    DemoServer server;
    const std::string token = server.rahul();
    const auto last_used = [&] { return server.integer("SELECT last_used_at FROM token"); };
    const std::int64_t issued_at = last_used();
    server.clock.advance_ms(3'599'999);
    server.get("/api/auth/me", token);
    EXPECT_EQ(last_used(), issued_at);
    server.clock.advance_ms(1);
    server.get("/api/auth/me", token);
    EXPECT_EQ(last_used(), issued_at + 3'600'000'000);
    for (int i = 0; i < 40; ++i) {
        server.clock.advance_ms(24 * 3'600'000);
        EXPECT_EQ(server.get("/api/auth/me", token).status, 200U);
    }
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
