// kill -9 and SIGTERM at the worst moments: what was acknowledged is there, both ends open again and
// converge.
#include <gtest/gtest.h>
#include <signal.h>

#include "program/installation.hpp"

namespace fieldsync::testing {
namespace {

constexpr const char* kNotes = "SELECT count(*) FROM note WHERE note LIKE 'crash %'";
constexpr const char* kActivities = "SELECT count(*) FROM activity WHERE description LIKE 'crash %'";

class Crash : public ::testing::Test {
  protected:
    Installation installation;

    void SetUp() override { installation.start(); }

    void bootstrap(const std::string& store, const std::string& email) {
        installation.login(store, email);
        ASSERT_EQ(installation.cli(store, {"sync"}).exit_code, 0);
        lead = installation.first_uid(store, "lead");
        ASSERT_FALSE(lead.empty());
    }
    void add_notes(const std::string& store, int from, int count) {
        for (int i = from; i < from + count; ++i)
            ASSERT_EQ(installation.cli(store, {"note", "add", "--lead", lead, "crash " + std::to_string(i)})
                          .exit_code,
                      0);
    }
    void expect_converged(const std::string& store, std::int64_t notes) {
        ASSERT_EQ(installation.cli(store, {"sync"}).exit_code, 0);
        EXPECT_EQ(installation.count(kNotes), notes);
        EXPECT_EQ(installation.count(kActivities), notes);
        EXPECT_EQ(installation.json(store, {"status"}).at("pending").as_int64(), 0);
        EXPECT_TRUE(installation.json(store, {"verify"}).at("agrees").as_bool());
        EXPECT_EQ(installation.problems(), "");
    }

    std::string lead;
};

TEST_F(Crash, TheServerIsKilledAroundEveryCommit) {
    bootstrap("rahul", "rahul@example.com");
    int notes = 0;
    for (const char* point : {"group.begin", "group.applied", "group.committed", "group.answered"})
        for (int nth = 1; nth <= 3; ++nth) {
            installation.stop();
            installation.start({{"FIELDSYNC_CRASH_AT", std::string(point) + ":" + std::to_string(nth)}});
            add_notes("rahul", notes, 2);
            notes += 2;
            const Finished finished = installation.cli("rahul", {"sync"});
            // A sync may end before the point is reached that often; else its connection was lost.
            EXPECT_TRUE(finished.exit_code == 4 || finished.exit_code == 0)
                << point << ":" << nth << finished.err;
            if (!installation.server().is_running())
                installation.forget_server();
            else
                installation.stop();
            installation.start();
            expect_converged("rahul", notes);
        }
}

TEST_F(Crash, TheServerIsToldToStopInTheMiddleOfAPush) {
    bootstrap("rahul", "rahul@example.com");
    add_notes("rahul", 0, 40);
    for (int round = 0; round < 3; ++round) {
        const std::int64_t before = installation.count(kNotes);
        Process sync(installation.command("rahul", {"sync"}));
        eventually([&] { return installation.count(kNotes) > before || !sync.is_running(); });
        const Finished stopped = installation.stop();
        EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
        const int code = sync.wait().exit_code;
        EXPECT_TRUE(code == 0 || code == 3 || code == 4) << code;
        installation.start();
        add_notes("rahul", 40 + round * 5, 5);
    }
    expect_converged("rahul", 55);
}

TEST_F(Crash, ADeviceIsKilledInALoopOfLocalWrites) {
    bootstrap("rahul", "rahul@example.com");
    std::int64_t acknowledged = 0;
    for (int round = 0; round < 8; ++round) {
        // A shell that writes one after another and says which it was told of.
        const auto words = installation.command("rahul", {"note", "add", "--lead", lead});
        std::string line;
        for (const std::string& word : words) line += "'" + word + "' ";
        Process loop({"/bin/bash", "-c",
                      "for i in $(seq 100); do " + line + "\"crash " + std::to_string(round) +
                          "-$i\" >/dev/null && echo acknowledged; done"});
        ASSERT_TRUE(loop.wait_for_out("acknowledged\nacknowledged\n"));
        loop.signal(SIGKILL);
        loop.wait();
        const std::string out = loop.out();
        for (std::size_t at = 0; (at = out.find("acknowledged", at)) != std::string::npos; ++at)
            ++acknowledged;
    }
    ASSERT_EQ(installation.cli("rahul", {"sync"}).exit_code, 0);
    // Those acknowledged, and at most one a round that was committed as it died.
    EXPECT_GE(installation.count(kNotes), acknowledged);
    EXPECT_LE(installation.count(kNotes), acknowledged + 8);
    expect_converged("rahul", installation.count(kNotes));
}

TEST(CrashAtScale, ADeviceIsKilledInTheMiddleOfASnapshot) {
    Installation installation(1);
    installation.start();
    installation.login("john", "john@example.com");
    for (int round = 0; round < 4; ++round) {
        Process sync(installation.command("john", {"sync"}), {{"FIELDSYNC_PROGRESS", "1"}});
        // Well into it, and a little further each time.
        sync.wait_for_err(std::to_string(round * 20 + 5) + "%");
        sync.signal(SIGKILL);
        sync.wait();
        EXPECT_EQ(installation.cli("john", {"status"}).exit_code, 0);
    }
    ASSERT_EQ(installation.cli("john", {"sync"}).exit_code, 0);
    EXPECT_TRUE(installation.json("john", {"verify"}).at("agrees").as_bool());
}

}  // namespace
}  // namespace fieldsync::testing
