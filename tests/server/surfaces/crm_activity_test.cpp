#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

class ActivityTest : public ::testing::Test {
  protected:
    Answered add(std::string_view body) { return server_.call(Method::post, lead_ + "/notes", rahul_, body); }

    DemoServer server_;
    const std::string lead_ = "/api/leads/" + std::to_string(server_.lead_of("Ankit"));
    const std::string rahul_ = server_.rahul();
};

TEST_F(ActivityTest, TheLogAnswersAsDocumentedOldestFirst) {
    const Answered answer = server_.get(lead_ + "/activity", rahul_);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Activity log fetched successfully.");
    const json::array& entries = answer.at("result").as_array();
    ASSERT_EQ(entries.size(), 7U);
    json::value first = entries[0], second = entries[1];
    first.as_object().erase("id");
    second.as_object().erase("id");
    EXPECT_EQ(first,
              json::parse(R"({"action": "stage_changed", "description": "Stage changed to Options Suggested",
                                     "performed_by": "Rahul Sharma", "created_at": "2026-05-12T09:00:00.000000Z"})"));
    EXPECT_EQ(second,
              json::parse(R"({"action": "note_added", "description": "Client interested in 3BHK options.",
                                      "performed_by": "Rahul Sharma", "created_at": "2026-05-14T15:30:00.000000Z"})"));
    for (std::size_t i = 1; i < entries.size(); ++i)
        EXPECT_LE(entries[i - 1].at("created_at").as_string(), entries[i].at("created_at").as_string());
}

TEST_F(ActivityTest, ANoteAnswersAsDocumented) {
    const Answered answer = add(R"({"note": "Client confirmed budget up to 50L."})");
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.message(), "Note added successfully.");
    EXPECT_EQ(
        answer.at("result"),
        json::parse(R"({"id": 2, "note": "Client confirmed budget up to 50L.", "created_by": "Rahul Sharma",
                              "created_at": "2026-05-20T10:00:00.000000Z"})"));
    const Answered activity = server_.get(lead_ + "/activity", rahul_);
    ASSERT_EQ(activity.at("result").as_array().size(), 8U);
    EXPECT_EQ(activity.text("result.7.action"), "note_added");
    EXPECT_EQ(activity.text("result.7.description"), "Client confirmed budget up to 50L.");
}

TEST_F(ActivityTest, ANoteIsNeededAndAtMost2000Characters) {
    for (const char* body : {"{}", R"({"note": null})", R"({"note": "  "})"})
        EXPECT_EQ(add(body).errors("note"), std::vector<std::string>{"The note field is required."}) << body;
    EXPECT_EQ(add("{\"note\": \"" + std::string(2'001, 'x') + "\"}").errors("note"),
              std::vector<std::string>{"The note must not be greater than 2000 characters."});
    EXPECT_EQ(add("{\"note\": \"" + std::string(2'000, 'x') + "\"}").status, 201U);
    EXPECT_EQ(add(R"({"note": 5})").errors("note"), std::vector<std::string>{"The note must be a string."});
    EXPECT_EQ(add(R"({"note": "a\u0000b"})").status, 422U);
}

TEST_F(ActivityTest, AnAdminMayAddToEveryLead) {
    EXPECT_EQ(server_.call(Method::post, lead_ + "/notes", server_.admin(), R"({"note": "Well done"})")
                  .text("result.created_by"),
              "John Doe");
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
