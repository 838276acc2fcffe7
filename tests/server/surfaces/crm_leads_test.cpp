#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

TEST(CrmLeadsTest, StagesAnswerAsDocumented) {
    DemoServer server;
    const Answered answer = server.get("/api/stages", server.rahul());
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Stages fetched successfully.");
    const json::array& stages = answer.at("result").as_array();
    ASSERT_EQ(stages.size(), 7U);
    EXPECT_EQ(stages[0],
              json::parse(R"({"id": 1, "name": "New Lead", "color": "#6c757d", "order": 1, "is_default": true,
                                         "is_closed_won": false, "is_closed_lost": false})"));
    EXPECT_EQ(stages[5], json::parse(R"({"id": 6, "name": "Closed — Won", "color": "#198754", "order": 6,
                                         "is_default": false, "is_closed_won": true, "is_closed_lost": false})"));
    server.change("UPDATE stage SET is_active = 0 WHERE id = 4");
    EXPECT_EQ(server.get("/api/stages", server.rahul()).at("result").as_array().size(), 6U);
}

TEST(CrmLeadsTest, TheListAnswersAsDocumented) {
    DemoServer server;
    const Answered answer = server.get("/api/leads", server.admin());
    EXPECT_EQ(answer.status, 200U);
    expect_shape(answer, R"({
        "status": true, "message": "Leads fetched successfully.",
        "result": {
            "data": [{"id": 1, "client_id": 5, "client_name": "Ankit Patel",
                      "requirement_summary": "Buy - Flat - Vijay Nagar",
                      "current_stage": {"id": 3, "name": "Options Suggested", "color": "#0d6efd"},
                      "days_in_stage": 4, "assigned_to": "Rahul Sharma",
                      "last_activity_at": "2026-05-19T14:30:00.000000Z", "created_at": "2026-05-10T09:00:00.000000Z"}],
            "pagination": {"total": 45, "per_page": 20, "current_page": 1, "last_page": 3, "from": 1, "to": 20}}})");
    const json::value& lead = answer.at("result.data.0");
    EXPECT_EQ(lead.at("client_id").as_int64(), server.client("Ankit"));
    EXPECT_EQ(lead.at("client_name"), "Ankit Patel");
    EXPECT_EQ(lead.at("requirement_summary"), "Buy - Flat - Vijay Nagar");
    EXPECT_EQ(lead.at("current_stage"),
              json::parse(R"({"id": 3, "name": "Options Suggested", "color": "#0d6efd"})"));
    EXPECT_EQ(lead.at("days_in_stage"), 1);  // since 2026-05-19 20:00 in Kolkata; it is the 20th
    EXPECT_EQ(lead.at("assigned_to"), "Rahul Sharma");
    EXPECT_EQ(lead.at("last_activity_at"), "2026-05-19T14:30:00.000000Z");
    EXPECT_EQ(lead.at("created_at"), "2026-05-10T09:00:00.000000Z");
}

TEST(CrmLeadsTest, TheListHasActiveLeadsByLatestActivity) {
    DemoServer server;
    const Answered answer = server.get("/api/leads", server.admin());
    EXPECT_EQ(answer.number("result.pagination.total"), 3);  // of four, one is closed
    const json::array& leads = answer.at("result.data").as_array();
    ASSERT_EQ(leads.size(), 3U);
    for (std::size_t i = 1; i < leads.size(); ++i)
        EXPECT_GE(leads[i - 1].at("last_activity_at").as_string(),
                  leads[i].at("last_activity_at").as_string());
}

TEST(CrmLeadsTest, ThePagesTogetherAreTheList) {
    DemoServer server;
    for (const std::string& token : {server.admin(), server.rahul()}) {
        const Answered whole = server.get("/api/leads", token);
        const json::array& leads = whole.at("result.data").as_array();
        ASSERT_GE(leads.size(), 2U);
        for (std::size_t i = 0; i < leads.size(); ++i) {
            const Answered page = server.get("/api/leads?per_page=1&page=" + std::to_string(i + 1), token);
            EXPECT_EQ(page.at("result.data"), json::array{leads[i]});
        }
    }
}

// Names are kept between requests, and never longer than they are true.
TEST(CrmLeadsTest, ARenamedStageOrTypeShowsInTheNextAnswer) {
    DemoServer server;
    const std::string admin = server.admin();
    const std::string lead = "/api/leads/" + std::to_string(server.lead_of("Ankit"));
    EXPECT_EQ(server.get(lead, admin).text("result.current_stage.name"), "Options Suggested");
    server.change("UPDATE stage SET name = 'Shown', color = '#000000' WHERE name = 'Options Suggested'");
    server.change("UPDATE property_type SET name = 'Apartment / House' WHERE slug = 'flat'");
    for (const Answered& answer : {server.get(lead, admin), server.get("/api/leads", admin)}) {
        const json::value& result = answer.at("result");
        const json::value* data = result.as_object().if_contains("data");
        const json::value& shown = data == nullptr ? result : data->at(0);
        EXPECT_EQ(shown.at("current_stage").at("name"), "Shown");
        EXPECT_EQ(shown.at("current_stage").at("color"), "#000000");
        EXPECT_EQ(shown.at("requirement_summary"), "Buy - Apartment - Vijay Nagar");
    }
    server.change("DELETE FROM stage WHERE name = 'Shown'");
    EXPECT_EQ(server.get(lead, admin).at("result.current_stage"),
              json::parse(R"({"id": null, "name": null, "color": null})"));
}

TEST(CrmLeadsTest, StaffSeeTheLeadsAssignedToThem) {
    DemoServer server;
    const Answered rahul = server.get("/api/leads", server.rahul());
    EXPECT_EQ(rahul.number("result.pagination.total"), 2);
    for (const json::value& lead : rahul.at("result.data").as_array())
        EXPECT_EQ(lead.at("assigned_to"), "Rahul Sharma");
    EXPECT_EQ(server.get("/api/leads", server.staff()).number("result.pagination.total"), 1);
    EXPECT_EQ(server.get("/api/leads", server.token("starter@example.com")).number("result.pagination.total"),
              0);
}

TEST(CrmLeadsTest, ALeadAnswersAsDocumented) {
    DemoServer server;
    const Answered answer =
        server.get("/api/leads/" + std::to_string(server.lead_of("Ankit")), server.rahul());
    EXPECT_EQ(answer.status, 200U);
    expect_shape(answer, R"({
        "status": true, "message": "Lead fetched successfully.",
        "result": {
            "id": 1, "client_name": "Ankit Patel", "requirement_summary": "Buy - Flat - Vijay Nagar",
            "current_stage": {"id": 3, "name": "Options Suggested", "color": "#0d6efd"},
            "days_in_stage": 4, "assigned_to": "Rahul Sharma",
            "last_activity_at": "2026-05-19T14:30:00.000000Z", "created_at": "2026-05-10T09:00:00.000000Z",
            "requirement": {"id": 1, "title": "Buy - Flat - Vijay Nagar", "interest_type": "buy",
                            "property_type": "flat", "budget": "₹30L – ₹50L", "size": null,
                            "preferred_location": "Vijay Nagar", "notes": null, "status": "active"},
            "stage_history": [{"from_stage": null, "to_stage": "New Lead", "changed_by": "Admin", "note": null,
                               "created_at": "2026-05-10T09:00:00.000000Z"}],
            "shortlisted_properties": [],
            "site_visits": [{"id": 5, "property_id": 7, "property_title": "3BHK Flat in Vijay Nagar",
                             "visit_date": "2026-05-16", "visit_time": "11:00", "accompanying_staff": "Rahul Sharma",
                             "notes": "Client liked the layout.", "stage_at_visit": "Site Visit Scheduled",
                             "logged_by": "Rahul Sharma", "logged_at": "2026-05-16T12:00:00.000000Z"}],
            "activity_log": [{"id": 12, "action": "site_visit_logged", "description": "Site visit logged …",
                              "performed_by": "Rahul Sharma", "created_at": "2026-05-16T12:00:00.000000Z"}],
            "quote_history": [], "agreement": null}})");
    const json::value& requirement = answer.at("result.requirement");
    EXPECT_EQ(requirement.at("budget"), "₹30L – ₹50L");
    EXPECT_TRUE(requirement.at("size").is_null());
    EXPECT_TRUE(requirement.at("notes").is_null());
    EXPECT_EQ(requirement.at("status"), "active");
    EXPECT_TRUE(answer.at("result.agreement").is_null());

    const json::array& history = answer.at("result.stage_history").as_array();
    ASSERT_EQ(history.size(), 3U);
    EXPECT_EQ(history[0], json::parse(R"({"from_stage": null, "to_stage": "New Lead", "changed_by": "Admin",
                                          "note": null, "created_at": "2026-05-10T09:00:00.000000Z"})"));
    EXPECT_EQ(history[1], json::parse(R"({"from_stage": "New Lead", "to_stage": "Site Visit Scheduled",
                                          "changed_by": "Rahul Sharma", "note": "Client keen on 3BHK options",
                                          "created_at": "2026-05-15T11:00:00.000000Z"})"));
    EXPECT_EQ(history[2].at("to_stage"), "Options Suggested");

    const json::array& visits = answer.at("result.site_visits").as_array();
    ASSERT_EQ(visits.size(), 2U);
    EXPECT_EQ(visits[1].at("notes"), "Client liked the layout.");
    EXPECT_EQ(visits[1].at("stage_at_visit"), "Site Visit Scheduled");

    const json::array& activity = answer.at("result.activity_log").as_array();
    ASSERT_EQ(activity.size(), 7U);
    for (std::size_t i = 1; i < activity.size(); ++i)
        EXPECT_GE(activity[i - 1].at("created_at").as_string(), activity[i].at("created_at").as_string());
}

TEST(CrmLeadsTest, ALeadWithoutAnybodyAssignedShowsNull) {
    DemoServer server;
    server.change("UPDATE lead SET assigned_to = NULL");
    const Answered answer = server.get("/api/leads", server.admin());
    EXPECT_TRUE(answer.at("result.data.0.assigned_to").is_null());
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
