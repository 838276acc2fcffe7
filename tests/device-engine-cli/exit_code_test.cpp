// The exit codes that scripts rely on, and what is said with them.
#include <gtest/gtest.h>

#include "canned_server.hpp"
#include "prepared_store.hpp"

namespace fieldsync::testing {
namespace {

class ExitCode : public ::testing::Test {
  protected:
    void expect(int exit, std::vector<std::string> arguments, const std::string& said = {}) {
        std::string shown;
        for (const std::string& argument : arguments) shown += " " + argument;
        const Ended ended = store_.run(std::move(arguments));
        EXPECT_EQ(ended.exit, exit) << shown << "\n" << ended.out << ended.err;
        EXPECT_NE((ended.out + ended.err).find(said), std::string::npos) << shown << "\n"
                                                                         << ended.out << ended.err;
    }

    PreparedStore store_;
};

TEST_F(ExitCode, DoneIs0) {
    expect(0, {"list", "lead"}, "Rita Rao");
    expect(0, {"--help"}, "Exit codes");
    expect(0, {"visit", "log", "--help"}, "--accompanying");
}

TEST_F(ExitCode, TheStoreMayComeFromTheEnvironment) {
    EXPECT_EQ(run_program({"leads"}, {"FIELDSYNC_STORE=" + store_.directory()}).exit, 0);
    EXPECT_EQ(run_program({"leads"}).exit, 2);
    EXPECT_EQ(run_program({"lead", "show", "8", "--json", "--store", store_.directory()}).exit, 0);
}

TEST_F(ExitCode, WrongUseIs2) {
    expect(2, {}, "subcommand");
    expect(2, {"frobnicate"}, "frobnicate");
    expect(2, {"list"}, "ENTITY");
    expect(2, {"list", "leadz"}, "leadz");
    expect(2, {"list", "lead", "--frob"}, "--frob");
    expect(2, {"list", "lead", "--limit", "-1"});
    expect(2, {"list", "lead", "--where", "colour=red"}, "colour");
    expect(2, {"list", "lead", "--where", "stage"}, "field=value");
    expect(2, {"list", "lead", "--where", "stage_note=x"}, "stage_note");  // an argument: never stored
    expect(2, {"list", "user", "--sort", "email"}, "email");               // not on devices
    expect(2, {"get", "lead", "eight"}, "neither a uid nor an id");
    expect(2, {"get", "lead", "0"}, "neither a uid nor an id");
    expect(2, {"put", "lead", "8"}, "field=value");
    expect(2, {"put", "phase", "14", "progress_percent=ten"}, "an integer");
    expect(2, {"put", "requirement", "6", "min_budget=10.005"}, "2 digits");
    expect(2, {"put", "client", "5", "assigned_to=Sam"}, "assigned_to");
    expect(2,
           {"visit", "log", "--lead", "8", "--property", "7", "--date", "yesterday", "--time", "16:30",
            "--accompanying", "Olu"},
           "visit_date");
    expect(2, {"visit"}, "subcommand");
    expect(2, {"rejected", "drop", "8"}, "uid of a change-set");
}

TEST_F(ExitCode, ASettingThatIsNoNumberIs2) {
    const Ended ended = store_.run({"leads"}, {"FIELDSYNC_CLOCK_OFFSET_MS=fast"});
    EXPECT_EQ(ended.exit, 2);
    EXPECT_NE(ended.err.find("FIELDSYNC_CLOCK_OFFSET_MS"), std::string::npos) << ended.err;
}

TEST_F(ExitCode, WrongUseIsSaidInJsonToo) {
    const Ended ended = store_.run({"list", "leadz", "--json"});
    EXPECT_EQ(ended.exit, 2);
    EXPECT_TRUE(ended.out.starts_with("{\n  \"error\": {\n    \"code\": \"wrong_use\",")) << ended.out;
    EXPECT_TRUE(store_.run({"--json", "frobnicate"}).out.starts_with("{"));
}

TEST_F(ExitCode, FailedIs1) {
    expect(1, {"get", "lead", "999"}, "no lead 999");
    expect(1, {"get", "lead", uid(0x99).to_string()}, "There is no lead");
    expect(1, {"delete", "note", "10"}, "You may not do this.");
    expect(1, {"lead", "stage", "8", "Elsewhere"}, "There are: New, Talking, Won, won");
    expect(1, {"lead", "stage", "8", "WON"}, "More than one stage");
    expect(1, {"rejected", "drop", uid(0x99).to_string()}, "no such rejected change-set");
    expect(1, {"put", "client", "5", "sourcing_channel=999"}, "no sourcing_channel 999");
}

TEST_F(ExitCode, ARefusedWriteSaysWhyFieldByField) {
    const Ended ended =
        store_.run({"put", "client", "first_name=Ann", "mobile=12", "interest_type=swim", "--json"});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_EQ(ended.out, R"({
  "error": {
    "code": "validation_failed",
    "message": "Validation failed.",
    "errors": {
      "mobile": [
        "The mobile must be 10 digits."
      ],
      "interest_type": [
        "The selected interest type is invalid."
      ],
      "last_name": [
        "The last name field is required."
      ],
      "sourcing_channel": [
        "The sourcing channel field is required."
      ]
    }
  }
}
)");
    EXPECT_NE(ended.err.find("mobile: The mobile must be 10 digits.\n"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("last_name: The last name field is required.\n"), std::string::npos)
        << ended.err;
}

TEST_F(ExitCode, AStoreOfNobodyIs1AndIsNotMade) {
    const TempDir directory;
    const std::string nowhere = (directory.path() / "typo").string();
    for (const char* command : {"leads", "status", "sync", "daemon", "outbox"}) {
        const Ended ended = run_program({"--store", nowhere, command});
        EXPECT_EQ(ended.exit, 1) << command;
        EXPECT_NE(ended.err.find("Nobody is signed in"), std::string::npos) << ended.err;
    }
    EXPECT_FALSE(std::filesystem::exists(nowhere));
    EXPECT_EQ(run_program({"--store", directory.path().string(), "leads"}).exit, 1);
}

TEST(NoNetwork, Is4AndNothingIsLost) {
    const ClosedPort closed;
    PreparedStore store(closed.address());
    store.do_some_work();
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"sync"},
          {"sync", "--http"},
          {"verify"},
          {"verify", "--http", "--json"},
          {"login", "--server", closed.address(), "--email", "sam@example.com", "--password", "secret"}}) {
        const Ended ended = store.run(command);
        EXPECT_EQ(ended.exit, 4) << command.front() << ended.err;
        EXPECT_NE(ended.err.find("No network"), std::string::npos) << ended.err;
    }
    EXPECT_EQ(store.engine().status().pending, 2U);
    EXPECT_TRUE(store.engine().status().sync_state.starts_with("offline: "))
        << store.engine().status().sync_state;
}

}  // namespace
}  // namespace fieldsync::testing
