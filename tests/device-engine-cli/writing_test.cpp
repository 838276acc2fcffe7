// What the program writes into a store.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "fieldsync/schema/entities.hpp"
#include "prepared_store.hpp"

namespace fieldsync::testing {
namespace {

namespace json = boost::json;

class Writing : public ::testing::Test {
  protected:
    // The object it printed.
    json::object run(std::vector<std::string> arguments) {
        arguments.emplace_back("--json");
        const Ended ended = store_.run(std::move(arguments));
        EXPECT_EQ(ended.exit, 0) << ended.out << ended.err;
        boost::system::error_code error;
        const json::value value = json::parse(ended.out, error);
        EXPECT_FALSE(error) << ended.out;
        return value.is_object() ? value.get_object() : json::object{};
    }

    // Changes of the last change-set in the outbox.
    std::vector<schema::Change> last_changes() {
        const auto items = store_.engine().outbox();
        return items.empty() ? std::vector<schema::Change>{} : items.back().set.changes;
    }

    PreparedStore store_;
};

TEST_F(Writing, LogsAVisit) {
    const auto visit =
        run({"visit", "log", "--lead", "8", "--property", kProperty.to_string(), "--date", "2020-02-29",
             "--time", "16:30", "--accompanying", "Olu", "--notes", "liked it\nvery much"});
    EXPECT_TRUE(visit.at("id").is_null());
    EXPECT_EQ(visit.at("lead"), json::value(kLead.to_string()));
    EXPECT_EQ(visit.at("property"), json::value(kProperty.to_string()));
    EXPECT_EQ(visit.at("stage_at_visit"), json::value(kNewStage.to_string()));
    EXPECT_EQ(visit.at("logged_by"), json::value(kStaff.to_string()));
    EXPECT_EQ(visit.at("notes"), json::value("liked it\nvery much"));
    ASSERT_EQ(last_changes().size(), 1U);
    EXPECT_EQ(last_changes().front().uid.to_string(), std::string(visit.at("uid").as_string()));
}

TEST_F(Writing, AddsANoteThatBeginsWithADash) {
    EXPECT_EQ(store_.run({"note", "add", "--lead", "8", "--", "-- no answer"}).exit, 0);
    ASSERT_EQ(last_changes().size(), 1U);
    EXPECT_EQ(*last_changes().front().get(schema::number_of<schema::note_fields>("note")),
              schema::Value("-- no answer"));
}

TEST_F(Writing, AddsANote) {
    const auto note = run({"note", "add", "--lead", kLead.to_string(), "list"});  // also a command's name
    EXPECT_EQ(note.at("note"), json::value("list"));
    EXPECT_EQ(note.at("created_by"), json::value(kStaff.to_string()));
}

TEST_F(Writing, MovesALead) {
    const auto lead = run({"lead", "stage", "8", "talking", "--note", "on the phone"});
    EXPECT_EQ(lead.at("stage"), json::value(kTalkingStage.to_string()));
    ASSERT_EQ(last_changes().size(), 1U);
    const schema::Change moved = last_changes().front();
    const schema::Value* note = moved.get(schema::number_of<schema::lead_fields>("stage_note"));
    ASSERT_NE(note, nullptr);
    EXPECT_EQ(*note, schema::Value("on the phone"));
}

TEST_F(Writing, AnExactNameOfAStageWinsOverOneInOtherLetters) {
    EXPECT_EQ(run({"lead", "stage", "8", "Won"}).at("stage"), json::value(kWonStage.to_string()));
}

TEST_F(Writing, InsertsWithRelationsByIdAndExactDecimals) {
    const auto requirement = run({"put", "requirement", "client=5", "interest_type=rent",
                                  "max_budget=4500000.10", "min_size=0.5", "notes=near = school"});
    EXPECT_EQ(requirement.at("client"), json::value(kClient.to_string()));
    EXPECT_EQ(requirement.at("notes"), json::value("near = school"));
    EXPECT_EQ(requirement.at("status"), json::value("active"));
    const schema::Change inserted = last_changes().front();
    EXPECT_EQ(*inserted.get(schema::number_of<schema::requirement_fields>("max_budget")),
              schema::Value(std::int64_t{450'000'010}));
    EXPECT_EQ(*inserted.get(schema::number_of<schema::requirement_fields>("min_size")),
              schema::Value(std::int64_t{50}));
}

TEST_F(Writing, UpdatesAndClears) {
    EXPECT_EQ(run({"put", "phase", "14", "progress_percent=40"}).at("progress_percent"), json::value(40));
    EXPECT_EQ(run({"put", "client", kClient.to_string(), "city=Pune"}).at("city"), json::value("Pune"));
    EXPECT_TRUE(run({"put", "client", "5", "city="}).at("city").is_null());
}

TEST_F(Writing, EmptyOptionsAreNothing) {
    EXPECT_TRUE(run({"visit", "log", "--lead", "8", "--property", "7", "--date", "2020-02-29", "--time",
                     "16:30", "--accompanying", "Olu", "--notes", ""})
                    .at("notes")
                    .is_null());
    EXPECT_EQ(store_.run({"note", "add", "--lead", "8", ""}).exit, 1);  // the note is required
}

TEST_F(Writing, TakesArguments) {
    run({"put", "lead", "8", "stage=2", "stage_note=moved on"});
    EXPECT_EQ(last_changes().front().fields.size(), 2U);
}

TEST_F(Writing, WhatIsSoAlreadyIsNoChange) {
    EXPECT_EQ(run({"put", "phase", "14", "progress_percent=10"}).at("progress_percent"), json::value(10));
    EXPECT_EQ(store_.engine().status().pending, 0U);
    EXPECT_NE(store_.run({"put", "phase", "14", "progress_percent=10"}).err.find("nothing was changed"),
              std::string::npos);
}

TEST_F(Writing, FindsByValue) {
    const auto count = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"list", "property", "--json"});
        return json::parse(store_.run(std::move(arguments)).out).as_array().size();
    };
    EXPECT_EQ(count({"--where", "price=4500000"}), 1U);
    EXPECT_EQ(count({"--where", "features=pool"}), 1U);
    EXPECT_EQ(count({"--where", "features=pool,sauna"}), 0U);
    EXPECT_EQ(count({"--where", "type=1", "--where", "price="}), 1U);
    EXPECT_EQ(count({"--where", "type=1"}), 2U);
    EXPECT_EQ(count({"--limit", "1", "--sort", "-title"}), 1U);
}

TEST_F(Writing, ARejectedChangeSetIsSentAgainOrDropped) {
    store_.do_some_work();
    const std::string uid = store_.engine().rejected().front().set.uid.to_string();
    const auto resent = run({"rejected", "resend", uid});
    EXPECT_EQ(resent.at("change_set"), json::value(store_.engine().outbox().back().set.uid.to_string()));
    EXPECT_TRUE(store_.engine().rejected().empty());
    EXPECT_EQ(store_.run({"rejected", "drop", uid}).exit, 1);
}

TEST_F(Writing, DropsARejectedChangeSet) {
    store_.do_some_work();
    const std::string uid = store_.engine().rejected().front().set.uid.to_string();
    EXPECT_EQ(run({"rejected", "drop", uid}).at("dropped"), json::value(uid));
    EXPECT_TRUE(store_.engine().rejected().empty());
}

TEST_F(Writing, AWrongClockCanBeActed) {
    store_.run({"note", "add", "--lead", "8", "late"}, {"FIELDSYNC_CLOCK_OFFSET_MS=-86400000"});
    store_.run({"note", "add", "--lead", "8", "now"});
    const auto items = store_.engine().outbox();
    ASSERT_EQ(items.size(), 2U);
    const std::int64_t apart = items[1].set.made_at_us - items[0].set.made_at_us;
    EXPECT_NEAR(static_cast<double>(apart), 86'400e6, 60e6);
}

}  // namespace
}  // namespace fieldsync::testing
