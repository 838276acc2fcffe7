// The daemon, and other commands on its store meanwhile; refusals and exit codes over the real programs.
#include <gtest/gtest.h>
#include <signal.h>

#include "program/installation.hpp"

namespace fieldsync::testing {
namespace {

class Daemon : public ::testing::Test {
  protected:
    Installation installation;

    void SetUp() override {
        installation.start();
        installation.login("rahul", "rahul@example.com");
        ASSERT_EQ(installation.cli("rahul", {"sync"}).exit_code, 0);
        lead = installation.first_uid("rahul", "lead");
    }
    bool nothing_pending() { return installation.json("rahul", {"status"}).at("pending").as_int64() == 0; }
    std::int64_t notes() {
        return installation.count("SELECT count(*) FROM note WHERE note LIKE 'daemon %'");
    }
    Finished add_note(const std::string& text, const Process::Environment& environment = {}) {
        return installation.cli("rahul", {"note", "add", "--lead", lead, text}, environment);
    }

    std::string lead;
};

TEST_F(Daemon, SyncsWhatTheCommandLineWrites) {
    for (const bool http : {false, true}) {
        std::vector<std::string> arguments{"daemon"};
        if (http) arguments.emplace_back("--http");
        Process daemon(installation.command("rahul", arguments));
        const std::int64_t before = notes();
        for (int i = 0; i < 5; ++i) EXPECT_EQ(add_note("daemon " + std::to_string(i)).exit_code, 0);
        EXPECT_TRUE(eventually([&] { return notes() == before + 5; })) << daemon.out() << daemon.err();
        EXPECT_TRUE(eventually([&] { return nothing_pending(); }));
        daemon.signal(SIGTERM);
        EXPECT_EQ(daemon.wait().exit_code, 0) << daemon.err();
    }
}

TEST_F(Daemon, BringsWhatOthersWrite) {
    Process daemon(installation.command("rahul", {"daemon"}));
    ASSERT_TRUE(daemon.wait_for_out("live")) << daemon.err();
    installation.login("john", "john@example.com");
    ASSERT_EQ(installation.cli("john", {"sync"}).exit_code, 0);
    ASSERT_EQ(installation.cli("john", {"note", "add", "--lead", lead, "daemon from the office"}).exit_code,
              0);
    ASSERT_EQ(installation.cli("john", {"sync"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] {
        return installation.cli("rahul", {"list", "note", "--json"}).out.find("daemon from the office") !=
               std::string::npos;
    }));
}

TEST_F(Daemon, ComesBackAfterTheServerWasAway) {
    Process daemon(installation.command("rahul", {"daemon"}), {{"FIELDSYNC_BACKOFF_MAX_MS", "200"}});
    ASSERT_TRUE(daemon.wait_for_out("live")) << daemon.err();
    installation.stop();
    EXPECT_EQ(add_note("daemon while away").exit_code, 0);
    installation.start();
    EXPECT_TRUE(eventually([&] { return notes() == 1; })) << daemon.out();
}

TEST_F(Daemon, TheStoreGrowsPastItsFirstSizeWithBothOpen) {
    const Process::Environment small{{"FIELDSYNC_MAP_SIZE_FIRST", "1048576"}};
    ASSERT_EQ(installation
                  .cli("small",
                       {"login", "--server", installation.url(), "--email", "rahul@example.com", "--password",
                        "Test@1234"},
                       small)
                  .exit_code,
              0);
    Process daemon(installation.command("small", {"daemon"}), small);
    ASSERT_TRUE(daemon.wait_for_out("live")) << daemon.err();
    const std::string text(1'900, 'x');
    const std::int64_t before = notes();
    constexpr int kNotes = 250;
    for (int i = 0; i < kNotes; ++i)
        ASSERT_EQ(
            installation
                .cli("small", {"note", "add", "--lead", lead, "daemon " + std::to_string(i) + text}, small)
                .exit_code,
            0);
    EXPECT_TRUE(eventually([&] { return notes() == before + kNotes; }, std::chrono::seconds(60)))
        << daemon.out() << daemon.err();
    EXPECT_GT(std::filesystem::file_size(installation.store_path("small") / "data.mdb"), 1'048'576U);
    EXPECT_TRUE(daemon.is_running());
}

TEST_F(Daemon, TwoDoNotSyncAtOnce) {
    Process daemon(installation.command("rahul", {"daemon"}));
    ASSERT_TRUE(daemon.wait_for_out("live"));
    EXPECT_EQ(add_note("daemon beside").exit_code, 0);
    EXPECT_EQ(installation.cli("rahul", {"sync"}).exit_code, 0);  // the daemon does it
    EXPECT_EQ(notes(), 1);
}

TEST_F(Daemon, RefusalsHaveTheirExitCodes) {
    EXPECT_EQ(installation
                  .cli("x", {"login", "--server", installation.url(), "--email", "rahul@example.com",
                             "--password", "no"})
                  .exit_code,
              3);
    EXPECT_EQ(installation
                  .cli("x", {"login", "--server", installation.url(), "--email", "client@engineering.test",
                             "--password", "Test@1234"})
                  .exit_code,
              3);
    // Another tenant, whose plan has no offline sync: signs in, and is told so at hello.
    installation.login("nimbus", "starter@example.com");
    const Finished refused = installation.cli("nimbus", {"sync"});
    EXPECT_EQ(refused.exit_code, 3);
    EXPECT_NE(refused.err.find("offline_sync_not_in_plan"), std::string::npos) << refused.err;
    EXPECT_EQ(installation.cli("nimbus", {"sync", "--http"}).exit_code, 3);
    // Somebody else's store.
    EXPECT_EQ(add_note("daemon unsent").exit_code, 0);
    const Finished other = installation.cli("rahul", {"login", "--server", installation.url(), "--email",
                                                      "staff@example.com", "--password", "Test@1234"});
    EXPECT_EQ(other.exit_code, 1) << other.err;
    EXPECT_EQ(installation.json("rahul", {"status"}).at("pending").as_int64(), 1);
    installation.login("rahul", "rahul@example.com");
    installation.stop();
    EXPECT_EQ(installation.cli("rahul", {"sync"}).exit_code, 4);
    EXPECT_EQ(installation.cli("rahul", {"sync", "--http"}).exit_code, 4);
    EXPECT_EQ(installation.json("rahul", {"status"}).at("pending").as_int64(), 1);
}

}  // namespace
}  // namespace fieldsync::testing
