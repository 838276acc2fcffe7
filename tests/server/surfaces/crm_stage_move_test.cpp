#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

class StageMoveTest : public ::testing::Test {
  protected:
    Answered move(std::string_view body) { return server_.call(Method::put, lead_ + "/stage", rahul_, body); }
    Answered move_to(std::int64_t stage) { return move("{\"stage_id\": " + std::to_string(stage) + "}"); }
    Answered lead() { return server_.get(lead_, rahul_); }

    DemoServer server_;
    const std::string lead_ = "/api/leads/" + std::to_string(server_.lead_of("Ankit"));
    const std::string rahul_ = server_.rahul();
};

TEST_F(StageMoveTest, AMoveAnswersAsDocumented) {
    const Answered answer = move(R"({"stage_id": 4, "note": "Price discussed"})");
    EXPECT_EQ(answer.status, 200U);
    json::value documented = json::parse(R"({
        "status": true, "message": "Lead stage updated successfully.",
        "result": {"id": 1, "client_name": "Ankit Patel", "requirement_summary": "Buy - Flat - Vijay Nagar",
                   "current_stage": {"id": 4, "name": "Negotiation", "color": "#ffc107"}, "days_in_stage": 0,
                   "assigned_to": "Rahul Sharma", "last_activity_at": "2026-05-20T10:00:00.000000Z",
                   "created_at": "2026-05-10T09:00:00.000000Z"}})");
    EXPECT_EQ(answer.body, documented);
}

TEST_F(StageMoveTest, AMoveLeavesOneHistoryAndOneActivityEntry) {
    const std::size_t entries = lead().at("result.activity_log").as_array().size();
    move(R"({"stage_id": 4, "note": "Price discussed"})");
    const Answered after = lead();
    EXPECT_EQ(
        after.at("result.stage_history.3"),
        json::parse(
            R"({"from_stage": "Options Suggested", "to_stage": "Negotiation", "changed_by": "Rahul Sharma",
                              "note": "Price discussed", "created_at": "2026-05-20T10:00:00.000000Z"})"));
    EXPECT_EQ(after.at("result.activity_log").as_array().size(), entries + 1);
    EXPECT_EQ(after.text("result.activity_log.0.action"), "stage_changed");
    EXPECT_EQ(after.text("result.activity_log.0.description"), "Stage changed to Negotiation");
}

TEST_F(StageMoveTest, ClosingClosesTheRequirementAndReopeningOpensIt) {
    EXPECT_EQ(move_to(server_.stage("Closed — Won")).status, 200U);
    EXPECT_EQ(lead().text("result.requirement.status"), "closed");
    EXPECT_EQ(server_.get("/api/leads", rahul_).number("result.pagination.total"), 1);
    EXPECT_EQ(move_to(server_.stage("Negotiation")).status, 200U);
    EXPECT_EQ(lead().text("result.requirement.status"), "active");
}

TEST_F(StageMoveTest, TheCurrentStageIsRefused) {
    const Answered answer = move_to(3);
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.response.body,
              R"({"status":false,"message":"The selected stage is already the current stage."})");
}

TEST_F(StageMoveTest, AStageThatIsNotThereIsNotAvailable) {
    server_.change("UPDATE stage SET is_active = 0 WHERE business_id = 1 AND id = 4");
    const std::int64_t of_another = 7'777;
    server_.change("UPDATE stage SET id = ?1 WHERE business_id = 2 AND id = 1", {of_another});
    for (const std::int64_t stage : {std::int64_t{4}, std::int64_t{9'999}, std::int64_t{0}, of_another}) {
        const Answered answer = move_to(stage);
        EXPECT_EQ(answer.status, 422U) << stage;
        EXPECT_EQ(answer.response.body,
                  R"({"status":false,"message":"The selected stage is not available."})")
            << stage;
    }
}

TEST_F(StageMoveTest, TheBodyIsValidatedFirst) {
    Answered answer = move("{}");
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.message(), "Validation failed.");
    EXPECT_EQ(answer.errors("stage_id"), std::vector<std::string>{"The stage id field is required."});
    EXPECT_EQ(move(R"({"stage_id": null})").errors("stage_id"),
              std::vector<std::string>{"The stage id field is required."});
    EXPECT_EQ(move(R"({"stage_id": "soon"})").errors("stage_id"),
              std::vector<std::string>{"The selected stage id is invalid."});
    answer = move("{\"note\": \"" + std::string(501, 'x') + "\"}");
    EXPECT_EQ(answer.errors("note"),
              std::vector<std::string>{"The note must not be greater than 500 characters."});
    EXPECT_EQ(answer.errors("stage_id").size(), 1U);
    answer = move("{\"stage_id\": 3, \"note\": \"" + std::string(501, 'x') + "\"}");
    EXPECT_EQ(answer.message(), "Validation failed.");
    EXPECT_EQ(move("{\"stage_id\": 4, \"note\": \"" + std::string(500, 'x') + "\"}").status, 200U);
}

TEST_F(StageMoveTest, AnIdMayComeAsText) {
    EXPECT_EQ(move(R"({"stage_id": "4"})").status, 200U);
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
