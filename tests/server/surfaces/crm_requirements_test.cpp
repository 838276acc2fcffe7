#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

using Messages = std::vector<std::string>;

class RequirementsTest : public ::testing::Test {
  protected:
    Answered list() { return server_.get(requirements_, staff_); }
    Answered add(const json::value& body) {
        return server_.call(Method::post, requirements_, staff_, json::serialize(body));
    }

    DemoServer server_;
    const std::string requirements_ =
        "/api/clients/" + std::to_string(server_.client("Ankit")) + "/requirements";
    const std::string staff_ = server_.staff();
};

TEST_F(RequirementsTest, TheListAnswersAsDocumented) {
    const Answered answer = list();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Requirements fetched successfully.");
    EXPECT_EQ(answer.at("result"), json::parse(R"([{
        "id": 1, "title": "Buy - Flat - Vijay Nagar", "interest_type": "buy", "property_type": "flat",
        "min_budget": 3000000, "max_budget": 5000000, "min_size": null, "max_size": null,
        "preferred_location": "Vijay Nagar", "notes": null, "status": "active", "lead_stage": "options_suggested",
        "lead_stage_label": "Options Suggested", "created_at": "2026-05-19T10:00:00.000000Z"}])"));
}

TEST_F(RequirementsTest, AClosedOneShowsItsStage) {
    const Answered answer =
        server_.get("/api/clients/" + std::to_string(server_.client("Ravi")) + "/requirements", staff_);
    EXPECT_EQ(answer.text("result.1.status"), "closed");
    EXPECT_EQ(answer.text("result.1.lead_stage"), "closed_lost");
    EXPECT_EQ(answer.text("result.1.lead_stage_label"), "Closed — Lost");
}

TEST_F(RequirementsTest, AddingMakesItsLeadInTheDefaultStageForTheClientsStaff) {
    const Answered answer = add({{"interest_type", "buy"},
                                 {"property_type", "villa"},
                                 {"min_budget", 2500000.5},
                                 {"max_budget", "5000000"},
                                 {"min_size", 1000},
                                 {"preferred_location", "Rau"}});
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.message(), "Requirement created successfully.");
    json::value result = answer.at("result");
    result.as_object().erase("id");
    EXPECT_EQ(result, json::parse(R"({
        "title": "Buy - Villa - Rau", "interest_type": "buy", "property_type": "villa", "min_budget": 2500000.5,
        "max_budget": 5000000, "min_size": 1000, "max_size": null, "preferred_location": "Rau", "notes": null,
        "status": "active", "lead_stage": "new_lead", "lead_stage_label": "New Lead",
        "created_at": "2026-05-20T10:00:00.000000Z"})"));
    const Answered leads = server_.get("/api/leads", staff_);
    EXPECT_EQ(leads.number("result.pagination.total"), 2);
    EXPECT_EQ(leads.text("result.data.0.requirement_summary"), "Buy - Villa - Rau");
    EXPECT_EQ(leads.text("result.data.0.current_stage.name"), "New Lead");
}

TEST_F(RequirementsTest, OnlyTheInterestIsRequired) {
    EXPECT_EQ(add(json::object{}).errors("interest_type"), Messages{"The interest type field is required."});
    const Answered answer = add({{"interest_type", "rent"}, {"property_type", nullptr}, {"notes", ""}});
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.text("result.title"), "Rent");
    EXPECT_EQ(answer.text("result.property_type"), "any");
}

TEST_F(RequirementsTest, EveryRuleHasItsWording) {
    Answered answer = add({{"interest_type", "both"},
                           {"property_type", "castle"},
                           {"min_budget", "much"},
                           {"preferred_location", std::string(256, 'x')}});
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.errors("interest_type"), Messages{"The selected interest type is invalid."});
    EXPECT_EQ(answer.errors("min_budget"), Messages{"The min budget must be a number."});
    EXPECT_EQ(answer.errors("preferred_location"),
              Messages{"The preferred location must not be greater than 255 characters."});
    answer = add({{"interest_type", "buy"}, {"property_type", "castle"}});
    EXPECT_EQ(answer.errors("property_type"), Messages{"The selected property type is invalid."});
    EXPECT_EQ(add({{"interest_type", "buy"}, {"min_budget", -1}}).errors("min_budget"),
              Messages{"The min budget must be at least 0."});
    EXPECT_EQ(add({{"interest_type", "buy"}, {"max_budget", 1e30}}).status, 422U);
}

TEST_F(RequirementsTest, MinOverMaxIsReportedOnMin) {
    Answered answer = add({{"interest_type", "buy"},
                           {"min_budget", 50},
                           {"max_budget", 40.5},
                           {"min_size", 2},
                           {"max_size", 1}});
    EXPECT_EQ(answer.fields_in_error(), 2U);
    EXPECT_EQ(answer.errors("min_budget"), Messages{"The min budget must not be greater than 40.5."});
    EXPECT_EQ(answer.errors("min_size"), Messages{"The min size must not be greater than 1."});
    answer = add({{"interest_type", "x"}, {"min_budget", 50}, {"max_budget", 40}});
    EXPECT_EQ(answer.fields_in_error(), 2U);
    EXPECT_EQ(answer.errors("min_budget"), Messages{"The min budget must not be greater than 40."});
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
