#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

using Messages = std::vector<std::string>;

class VisitsTest : public ::testing::Test {
  protected:
    Answered list() { return server_.get(visits_, rahul_); }
    Answered log(const json::value& body) {
        return server_.call(Method::post, visits_, rahul_, json::serialize(body));
    }
    json::value visit() const {
        return {{"property_id", property_},
                {"visit_date", "2026-05-20"},
                {"visit_time", "10:00"},
                {"accompanying_staff", "Rahul Sharma"}};
    }
    json::value visit_with(json::string_view name, const json::value& value) const {
        json::value body = visit();
        body.as_object()[name] = value;
        return body;
    }

    DemoServer server_;
    const std::string lead_ = "/api/leads/" + std::to_string(server_.lead_of("Ankit"));
    const std::string visits_ = lead_ + "/visits";
    const std::string rahul_ = server_.rahul();
    const std::int64_t property_ = server_.property("3BHK Flat in Vijay Nagar");
};

TEST_F(VisitsTest, TheListAnswersAsDocumented) {
    const Answered answer = list();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Site visits fetched.");
    EXPECT_EQ(answer.number("result.count"), 2);
    json::value documented = json::parse(R"({
        "id": 1, "lead_id": 1, "property_id": 1, "property_title": "3BHK Flat in Vijay Nagar",
        "visit_date": "2026-05-15", "visit_time": "11:30", "accompanying_staff": "Rahul Sharma",
        "notes": "Client liked the floor plan.", "stage_at_visit": "Site Visit Done", "logged_by": "Rahul Sharma",
        "logged_at": "2026-05-15T12:00:00.000000Z"})");
    EXPECT_EQ(answer.at("result.visits.0"), documented);
}

TEST_F(VisitsTest, LoggingAnswersAsDocumented) {
    server_.clock.advance_ms(5 * 60'000);
    const Answered answer = log(visit());
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.message(), "Site visit logged successfully.");
    json::value documented = json::parse(R"({
        "id": 3, "lead_id": 1, "property_id": 1, "property_title": "3BHK Flat in Vijay Nagar",
        "visit_date": "2026-05-20", "visit_time": "10:00", "accompanying_staff": "Rahul Sharma", "notes": null,
        "stage_at_visit": "Options Suggested", "logged_by": "Rahul Sharma",
        "logged_at": "2026-05-20T10:05:00.000000Z"})");
    EXPECT_EQ(answer.at("result"), documented);
    EXPECT_EQ(list().number("result.count"), 3);
}

TEST_F(VisitsTest, LoggingLeavesOneActivityEntry) {
    log(visit());
    const Answered lead = server_.get(lead_, rahul_);
    EXPECT_EQ(lead.at("result.activity_log").as_array().size(), 8U);
    EXPECT_EQ(lead.text("result.activity_log.0.description"),
              "Site visit logged for 3BHK Flat in Vijay Nagar on 2026-05-20.");
    EXPECT_EQ(lead.text("result.last_activity_at"), "2026-05-20T10:00:00.000000Z");
}

TEST_F(VisitsTest, EverythingThatIsMissingIsSaid) {
    const Answered answer = log(json::object{});
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.message(), "Validation failed.");
    EXPECT_EQ(answer.fields_in_error(), 4U);
    EXPECT_EQ(answer.errors("property_id"), Messages{"The property id field is required."});
    EXPECT_EQ(answer.errors("visit_date"), Messages{"The visit date field is required."});
    EXPECT_EQ(answer.errors("visit_time"), Messages{"The visit time field is required."});
    EXPECT_EQ(answer.errors("accompanying_staff"), Messages{"The accompanying staff field is required."});
    EXPECT_EQ(list().number("result.count"), 2);
}

TEST_F(VisitsTest, EverythingThatIsWrongIsSaidAtOnce) {
    const Answered answer = log({{"property_id", 9'999},
                                 {"visit_date", "2026-05-21"},
                                 {"visit_time", "25:00"},
                                 {"accompanying_staff", std::string(501, 'x')},
                                 {"notes", std::string(2'001, 'x')}});
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.errors("property_id"), Messages{"The selected property id is invalid."});
    EXPECT_EQ(answer.errors("visit_date"),
              Messages{"The visit date must be a date before or equal to today."});
    EXPECT_EQ(answer.errors("visit_time").size(), 1U);
    EXPECT_EQ(answer.errors("accompanying_staff"),
              Messages{"The accompanying staff must not be greater than 500 characters."});
    EXPECT_EQ(answer.errors("notes"), Messages{"The notes must not be greater than 2000 characters."});
}

TEST_F(VisitsTest, AVisitIsTodayOrEarlierInTheBusinesssTimeZone) {
    EXPECT_EQ(log(visit_with("visit_date", "2026-05-21")).errors("visit_date"),
              Messages{"The visit date must be a date before or equal to today."});
    server_.clock.set(1'779'301'800'000'000);  // 2026-05-20T18:30Z: midnight in Kolkata
    EXPECT_EQ(log(visit_with("visit_date", "2026-05-21")).status, 201U);
}

TEST_F(VisitsTest, DatesAndTimesAreReal) {
    for (const char* wrong : {"2026-02-30", "20-05-2026", "2026-5-1", "yesterday"})
        EXPECT_EQ(log(visit_with("visit_date", wrong)).errors("visit_date"),
                  Messages{"The visit date must be a valid date."})
            << wrong;
    for (const char* wrong : {"24:00", "10:60", "9:00", "10.30"})
        EXPECT_EQ(log(visit_with("visit_time", wrong)).status, 422U) << wrong;
    EXPECT_EQ(log(visit_with("visit_date", 20260520)).status, 422U);
}

TEST_F(VisitsTest, APropertyIsOneThatTheAuthorCanSee) {
    const std::int64_t draft = server_.property("Plot on Super Corridor");
    EXPECT_EQ(log(visit_with("property_id", draft)).errors("property_id"),
              Messages{"The selected property id is invalid."});
    const Answered by_admin = server_.call(Method::post, visits_, server_.admin(),
                                           json::serialize(visit_with("property_id", draft)));
    EXPECT_EQ(by_admin.status, 201U);
    server_.change("UPDATE property SET business_id = 2 WHERE title = '2BHK Near Satellite'");
    EXPECT_EQ(log(visit_with("property_id", server_.property("2BHK Near Satellite"))).errors("property_id"),
              Messages{"The selected property id is invalid."});
}

TEST_F(VisitsTest, LimitsCountCharactersAndTextsAreTrimmed) {
    std::string letters;
    for (int i = 0; i < 500; ++i) letters += "₹";
    EXPECT_EQ(log(visit_with("accompanying_staff", json::string(letters))).status, 201U);
    const Answered answer = log(visit_with("notes", "  liked it \n"));
    EXPECT_EQ(answer.text("result.notes"), "liked it");
    EXPECT_TRUE(log(visit_with("notes", "   ")).at("result.notes").is_null());
    EXPECT_EQ(log(visit_with("accompanying_staff", "   ")).errors("accompanying_staff"),
              Messages{"The accompanying staff field is required."});
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
