// Who may call what: every endpoint, with every kind of token.
#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

struct Call {
    Method method;
    std::string target;
};

// Every endpoint that takes a token, with ids of Agrawal Properties' records.
std::vector<Call> crm_calls(DemoServer& server) {
    const std::string lead = "/api/leads/" + std::to_string(server.lead_of("Ankit"));
    const std::string client = "/api/clients/" + std::to_string(server.client("Ankit"));
    return {{Method::get, "/api/auth/me"},
            {Method::get, "/api/stages"},
            {Method::get, "/api/leads"},
            {Method::get, lead},
            {Method::put, lead + "/stage"},
            {Method::get, lead + "/visits"},
            {Method::post, lead + "/visits"},
            {Method::get, lead + "/activity"},
            {Method::post, lead + "/notes"},
            {Method::get, "/api/clients"},
            {Method::post, "/api/clients"},
            {Method::get, client},
            {Method::put, client},
            {Method::get, client + "/requirements"},
            {Method::post, client + "/requirements"},
            {Method::get, "/api/sync/conflicts"}};
}

std::vector<Call> portal_calls() {
    return {{Method::get, "/api/client/projects"},
            {Method::get, "/api/client/progress"},
            {Method::get, "/api/client/notifications"}};
}

TEST(AccessTest, WithoutAValidTokenEverythingIs401) {
    DemoServer server;
    for (const std::string& token : {std::string(), std::string("1|x"), server.rahul() + "x"})
        for (const Call& call : crm_calls(server)) {
            const Answered answer = server.call(call.method, call.target, token);
            EXPECT_EQ(answer.response.body, R"({"status":false,"message":"Unauthenticated."})")
                << call.target;
            EXPECT_EQ(answer.status, 401U);
        }
    for (const Call& call : portal_calls())
        EXPECT_EQ(server.call(call.method, call.target).response.body,
                  R"({"success":false,"msg":"Unauthenticated"})");
}

TEST(AccessTest, ATokenOfAnotherSurfaceIs403) {
    DemoServer server;
    for (const std::string& token :
         {server.token("rahul@example.com", accounts::Surface::sync), server.portal_client()})
        for (const Call& call : crm_calls(server)) {
            const Answered answer = server.call(call.method, call.target, token);
            EXPECT_EQ(answer.response.body, R"({"status":false,"message":"Forbidden."})") << call.target;
            EXPECT_EQ(answer.status, 403U);
        }
    for (const Call& call : portal_calls()) {
        const Answered answer = server.call(call.method, call.target, server.rahul());
        EXPECT_EQ(answer.response.body, R"({"success":false,"msg":"Forbidden"})") << call.target;
        EXPECT_EQ(answer.status, 403U);
    }
}

TEST(AccessTest, WhoIsDeactivatedOrSuspendedIsSignedOutAtOnce) {
    DemoServer server;
    const std::string rahul = server.rahul(), admin = server.admin();
    server.change("UPDATE \"user\" SET is_active = 0 WHERE email = 'rahul@example.com'");
    EXPECT_EQ(server.get("/api/auth/me", rahul).status, 401U);
    EXPECT_EQ(server.get("/api/auth/me", admin).status, 200U);
    server.change("UPDATE business SET subscription_status = 'suspended' WHERE id = 1");
    EXPECT_EQ(server.get("/api/auth/me", admin).status, 401U);
}

TEST(AccessTest, AUserWhoBecameSomethingElseLosesTheSurface) {
    DemoServer server;
    const std::string rahul = server.rahul();
    server.change("UPDATE \"user\" SET user_type = 'client' WHERE email = 'rahul@example.com'");
    EXPECT_EQ(server.get("/api/auth/me", rahul).status, 403U);
}

TEST(AccessTest, RecordsOfAnotherBusinessAreNotThere) {
    DemoServer server;
    const std::string other = server.token("admin@engineering.test");
    for (const Call& call : crm_calls(server)) {
        if (call.target.find_first_of("0123456789") == std::string::npos) continue;
        const Answered answer =
            server.call(call.method, call.target, other, call.method == Method::get ? "" : "{}");
        EXPECT_EQ(answer.status, 404U) << call.target;
        EXPECT_EQ(answer.response.body,
                  R"({"status":false,"message":"The requested resource was not found."})");
    }
    EXPECT_EQ(server.get("/api/leads", other).number("result.pagination.total"), 0);
    EXPECT_EQ(server.get("/api/clients", other).number("result.pagination.total"), 0);
}

TEST(AccessTest, SomebodyElsesLeadIs403WithTheEndpointsMessage) {
    DemoServer server;
    const std::string lead = "/api/leads/" + std::to_string(server.lead_of("Ankit"));
    const std::string staff = server.staff();  // the lead is Rahul Sharma's
    const auto message = [&](Method method, const std::string& target) {
        const Answered answer = server.call(method, target, staff, method == Method::get ? "" : "{}");
        EXPECT_EQ(answer.status, 403U) << target;
        return answer.message();
    };
    EXPECT_EQ(message(Method::get, lead), "You are not authorized to view this lead.");
    EXPECT_EQ(message(Method::put, lead + "/stage"), "You are not authorized to update this lead.");
    EXPECT_EQ(message(Method::get, lead + "/visits"), "Forbidden.");
    EXPECT_EQ(message(Method::post, lead + "/visits"), "Forbidden.");
    EXPECT_EQ(message(Method::get, lead + "/activity"), "You are not authorized to view this lead.");
    EXPECT_EQ(message(Method::post, lead + "/notes"), "You are not authorized to add notes to this lead.");
}

// Rahul holds Ankit Patel's lead; the client is Staff Member's.
TEST(AccessTest, SomebodyElsesClientIs403WithTheEndpointsMessage) {
    DemoServer server;
    const std::string client = "/api/clients/" + std::to_string(server.client("Ankit"));
    const std::string rahul = server.rahul();
    const auto message = [&](Method method, const std::string& target) {
        const Answered answer = server.call(method, target, rahul, method == Method::get ? "" : "{}");
        EXPECT_EQ(answer.status, 403U) << target;
        return answer.message();
    };
    EXPECT_EQ(message(Method::get, client), "You are not authorized to view this client.");
    EXPECT_EQ(message(Method::put, client), "You are not authorized to update this client.");
    EXPECT_EQ(message(Method::get, client + "/requirements"),
              "You are not authorized to view this client's requirements.");
    EXPECT_EQ(message(Method::post, client + "/requirements"), "Forbidden.");
}

TEST(AccessTest, IdsThatAreNoneAreNotThere) {
    DemoServer server;
    const std::string admin = server.admin();
    for (const char* id : {"0", "999999", "-1", "abc", "1x", "99999999999999999999"})
        EXPECT_EQ(server.get("/api/leads/" + std::string(id), admin).status, 404U) << id;
}

TEST(AccessTest, UnknownPathsAndMethodsAnswerInTheSurfacesEnvelope) {
    DemoServer server;
    Answered answer = server.get("/api/nothing", {});
    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(answer.response.body, R"({"status":false,"message":"The requested resource was not found."})");
    answer = server.call(Method::delete_, "/api/stages", server.admin());
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.response.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_FALSE(answer.at("status").as_bool());
    answer = server.get("/api/client/nothing", {});
    EXPECT_EQ(answer.response.body, R"({"success":false,"msg":"Not found"})");
}

TEST(AccessTest, ABodyIsAJsonObjectOrRefused) {
    DemoServer server;
    const std::string lead = "/api/leads/" + std::to_string(server.lead_of("Ankit")) + "/notes";
    const std::string rahul = server.rahul();
    EXPECT_EQ(server.call(Method::post, lead, rahul, "{").status, 400U);
    EXPECT_EQ(server.call(Method::post, lead, rahul, "[]").status, 422U);
    EXPECT_EQ(server.call(Method::post, lead, rahul, "\"note\"").status, 422U);
    std::string deep = "{\"note\":";
    for (int i = 0; i < 100; ++i) deep += '[';
    EXPECT_EQ(server.call(Method::post, lead, rahul, deep).status, 400U);
    EXPECT_EQ(server.call(Method::post, lead, rahul, "{\"note\": \"\xff\"}").status, 400U);

    http::Request form;
    form.method = Method::post;
    form.path = lead;
    form.segments = {"api", "leads", "1", "notes"};
    form.headers = {{"Authorization", "Bearer " + rahul},
                    {"Content-Type", "application/x-www-form-urlencoded"}};
    form.body = "note=hello";
    const Answered answer = server.send(std::move(form));
    EXPECT_EQ(answer.status, 415U);
    EXPECT_FALSE(answer.at("status").as_bool());
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
