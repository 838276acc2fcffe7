#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

TEST(ClientPortalTest, LoginAnswersInTheSuccessEnvelope) {
    DemoServer server;
    const Answered answer = server.call(Method::post, "/api/login", {},
                                        R"({"email": "client@engineering.test", "password": "Test@1234"})");
    EXPECT_EQ(answer.status, 200U);
    expect_shape(answer, R"({
        "success": true, "msg": "Logged in",
        "data": {"token": "1|abcxyz...",
                 "user": {"id": 1, "username": "client", "email": "client@engineering.test",
                          "display_name": "Client User", "user_type": "client", "business_id": 2, "is_active": true}}})");
    EXPECT_EQ(server.get("/api/client/projects", answer.text("data.token")).status, 200U);
}

TEST(ClientPortalTest, LoginRefusesAsTheOthersDo) {
    DemoServer server;
    const auto login = [&](std::string_view body) {
        return server.call(Method::post, "/api/login", {}, body);
    };
    Answered answer = login(R"({"email": "client@engineering.test", "password": "wrong"})");
    EXPECT_EQ(answer.status, 401U);
    EXPECT_FALSE(answer.at("success").as_bool());
    answer = login(R"({"email": "rahul@example.com", "password": "Test@1234"})");
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.message(), "Forbidden");
    answer = login("{}");
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.message(), "Validation failed");
    EXPECT_EQ(answer.errors("email"), std::vector<std::string>{"The email field is required."});
}

TEST(ClientPortalTest, LogoutRevokesTheToken) {
    DemoServer server;
    const std::string token = server.portal_client();
    const Answered answer = server.call(Method::post, "/api/logout", token);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.response.body, R"({"success":true,"msg":"Logged out","data":null})");
    EXPECT_EQ(server.get("/api/client/projects", token).status, 401U);
}

TEST(ClientPortalTest, ProjectsAnswerAsDocumented) {
    DemoServer server;
    const Answered answer = server.get("/api/client/projects", server.portal_client());
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Projects");
    json::value project = answer.at("data.0");
    EXPECT_EQ(project.at("client_user_id").as_int64(),
              server.integer("SELECT id FROM \"user\" WHERE email = 'client@engineering.test'"));
    for (const char* id : {"id", "client_user_id"}) project.as_object().erase(id);
    EXPECT_EQ(project, json::parse(R"({
        "business_id": 2, "location_id": 1, "name": "Residential Block A — Phase 2",
        "description": "Foundation and framing works", "status": "active", "contract_value": 2500000.0,
        "current_phase_key": "foundation", "address": "Plot 12, DHA Phase 8, Karachi"})"));
    EXPECT_NE(answer.response.body.find("\"contract_value\":2500000.0,"), std::string::npos);
    EXPECT_EQ(answer.at("pagination"),
              json::parse(R"({"current_page": 1, "per_page": 20, "total": 2, "last_page": 1})"));
}

TEST(ClientPortalTest, ProgressAnswersAsDocumentedBySortOrder) {
    DemoServer server;
    const Answered answer = server.get("/api/client/progress", server.portal_client());
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Progress");
    EXPECT_EQ(answer.at("pagination"),
              json::parse(R"({"current_page": 1, "per_page": 20, "total": 6, "last_page": 1})"));
    const json::array& phases = answer.at("data").as_array();
    ASSERT_EQ(phases.size(), 6U);
    json::value first = phases[0];
    EXPECT_EQ(first.at("project_id"),
              server.get("/api/client/projects", server.portal_client()).at("data.0.id"));
    for (const char* id : {"id", "project_id"}) first.as_object().erase(id);
    EXPECT_EQ(first,
              json::parse(R"({"phase_key": "foundation", "name": "Foundation Works", "status": "in_progress",
                                     "progress_percent": 65, "sort_order": 1})"));
    bool has_framing = false;
    for (std::size_t i = 0; i < phases.size(); ++i) {
        const std::size_t before = i == 0 ? 0 : i - 1;
        EXPECT_LE(phases[before].at("sort_order").as_int64(), phases[i].at("sort_order").as_int64());
        has_framing =
            has_framing || (phases[i].at("name") == "Structural Framing" &&
                            phases[i].at("progress_percent") == 0 && phases[i].at("status") == "pending");
    }
    EXPECT_TRUE(has_framing);
}

TEST(ClientPortalTest, NotificationsAnswerAsDocumented) {
    DemoServer server;
    const Answered answer = server.get("/api/client/notifications", server.portal_client());
    EXPECT_EQ(answer.status, 200U);
    json::value documented = json::parse(R"({
        "success": true, "msg": "Notifications",
        "data": [{"id": 1, "title": "Phase update",
                  "body": "Foundation Works is now 65% complete on Residential Block A", "is_read": false}],
        "pagination": {"current_page": 1, "per_page": 20, "total": 1, "last_page": 1}})");
    EXPECT_EQ(answer.body, documented);
}

TEST(ClientPortalTest, AClientSeesHisOwnOnly) {
    DemoServer server;
    const std::string second = server.token("client2@engineering.test", accounts::Surface::client_portal);
    const Answered projects = server.get("/api/client/projects", second);
    EXPECT_EQ(projects.number("pagination.total"), 1);
    EXPECT_EQ(projects.text("data.0.name"), "Warehouse Extension");
    EXPECT_EQ(server.get("/api/client/progress", second).number("pagination.total"), 1);
    EXPECT_EQ(server.get("/api/client/notifications", second).number("pagination.total"), 0);
    const std::string of_law_firm = server.token("client@example.com", accounts::Surface::client_portal);
    EXPECT_EQ(server.get("/api/client/projects", of_law_firm).number("pagination.total"), 0);
}

TEST(ClientPortalTest, WithoutThePortalInThePlanItIs403) {
    DemoServer server;
    const std::string token = server.portal_client();
    server.change("UPDATE business SET plan = 'starter-tier' WHERE id = 2");
    for (const char* path : {"/api/client/projects", "/api/client/progress", "/api/client/notifications"})
        EXPECT_EQ(server.get(path, token).status, 403U) << path;
    EXPECT_EQ(server.call(Method::post, "/api/logout", token).status, 200U);
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
