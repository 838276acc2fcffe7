// No endpoint asks the database once for each row: the number of statements does not depend on how much there
// is.
#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

// Ten copies of a table's rows of one lead or project. Uids and ids are made up.
constexpr const char* kMoreVisits =
    "INSERT INTO site_visit (business_id, id, uid, scope, seq, lead, property, visit_date, visit_time, "
    "accompanying_staff)"
    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)"
    " SELECT business_id, 1000 * n.i + id, randomblob(16), scope, seq, lead, property, visit_date, "
    "visit_time,"
    " accompanying_staff FROM site_visit, n";
constexpr const char* kMoreActivity =
    "INSERT INTO activity (business_id, id, uid, scope, seq, lead, action, description, created_at)"
    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)"
    " SELECT business_id, 1000 * n.i + id, randomblob(16), scope, seq, lead, action, description, created_at"
    " FROM activity, n";
constexpr const char* kMoreClients =
    "INSERT INTO client (business_id, id, uid, scope, seq, first_name, last_name, mobile, sourcing_channel, "
    "assigned_to)"
    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)"
    " SELECT business_id, 1000 * n.i + id, randomblob(16), scope, seq, first_name, last_name, mobile, "
    "sourcing_channel,"
    " assigned_to FROM client, n";
constexpr const char* kMoreLeads =
    "INSERT INTO lead (business_id, id, uid, scope, seq, client, requirement, stage, assigned_to, "
    "last_activity_at,"
    " stage_changed_at, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
    "10)"
    " SELECT business_id, 1000 * n.i + id, randomblob(16), scope, seq, client, requirement, stage, "
    "assigned_to,"
    " last_activity_at, stage_changed_at, created_at FROM lead, n";
constexpr const char* kMorePhases =
    "INSERT INTO phase (business_id, id, uid, scope, seq, project, phase_key, name, sort_order)"
    " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)"
    " SELECT business_id, 1000 * n.i + id, randomblob(16), scope, seq, project, phase_key, name, sort_order "
    "FROM phase, n";

TEST(StatementsTest, ReadsTakeAFixedNumber) {
    DemoServer server;
    const std::string lead = "/api/leads/" + std::to_string(server.lead_of("Ankit"));
    const std::string client = "/api/clients/" + std::to_string(server.client("Ankit"));
    const std::string admin = server.admin(), staff = server.staff(), portal = server.portal_client();
    struct Expected {
        std::string target;
        const std::string& token;
        std::uint64_t statements;  // the token's included
    };
    const std::vector<Expected> all{{"/api/auth/me", admin, 2},
                                    {"/api/stages", admin, 2},
                                    {"/api/leads", admin, 7},  // one is the count, three are the names
                                    {"/api/leads", staff, 7},
                                    {lead, admin, 8},
                                    {lead + "/visits", admin, 6},
                                    {lead + "/activity", admin, 6},
                                    {"/api/clients", admin, 3},
                                    {"/api/clients?search=a", staff, 3},
                                    {client, staff, 3},
                                    {client + "/requirements", staff, 3},
                                    {"/api/sync/conflicts", staff, 3},
                                    {"/api/client/projects", portal, 3},
                                    {"/api/client/progress", portal, 3},
                                    {"/api/client/notifications", portal, 3}};
    for (const bool with_more : {false, true}) {
        if (with_more)
            for (const char* sql : {kMoreVisits, kMoreActivity, kMoreClients, kMoreLeads, kMorePhases})
                server.change(sql);
        for (const Expected& expected : all) {
            server.change("UPDATE head SET stamp = stamp + 1");  // nothing read or counted before is known
            const std::uint64_t before = server.database->statements_run();
            EXPECT_EQ(server
                          .get(expected.target +
                                   (expected.target.find('?') == std::string::npos ? "?per_page=100" : ""),
                               expected.token)
                          .status,
                      200U);
            EXPECT_EQ(server.database->statements_run() - before, expected.statements) << expected.target;
        }
    }
}

// Between two changes a list is counted once, and token and names are read once; every change, and another log's
// same seq, asks anew.
TEST(StatementsTest, WhatStaysTheSameIsReadOnceForEachState) {
    DemoServer server;
    const std::string admin = server.admin();
    const std::string lead = "/api/leads/" + std::to_string(server.lead_of("Ankit"));
    const auto statements = [&] {
        const std::uint64_t before = server.database->statements_run();
        EXPECT_EQ(server.get("/api/leads", admin).status, 200U);
        return server.database->statements_run() - before;
    };
    EXPECT_EQ(statements(), 7U);
    EXPECT_EQ(statements(), 2U);

    const std::int64_t total = server.get("/api/leads", admin).number("result.pagination.total");
    const std::string body = R"({"stage_id":)" + std::to_string(server.stage("Closed — Won")) + "}";
    ASSERT_EQ(server.call(Method::put, lead + "/stage", admin, body).status, 200U);
    EXPECT_EQ(statements(), 4U);  // the answer to the move read the names
    EXPECT_EQ(server.get("/api/leads", admin).number("result.pagination.total"), total - 1);

    server.change("UPDATE head SET stamp = stamp + 1");
    EXPECT_EQ(statements(), 7U);
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
