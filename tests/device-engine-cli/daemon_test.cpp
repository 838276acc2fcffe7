// The daemon as a process: what it says, when it waits, how it ends.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>

#include "prepared_store.hpp"
#include "willing_server.hpp"

namespace fieldsync::testing {
namespace {

TEST(DaemonProgram, SendsWhatAnotherProcessWritesAndStopsWhenTold) {
    WillingServer answers;
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    Program daemon({"daemon", "--http", "--store", store.directory()});
    ASSERT_TRUE(daemon.says("live\n"));
    EXPECT_EQ(store.run({"note", "add", "--lead", "8", "from elsewhere"}).exit, 0);
    const Ended synced = store.run({"sync", "--http"});  // waits until the daemon has sent it
    EXPECT_EQ(synced.exit, 0) << synced.err;
    EXPECT_EQ(store.engine().status().unsent, 0U);
    daemon.signal(SIGTERM);
    const Ended ended = daemon.wait();
    EXPECT_EQ(ended.exit, 0);
    EXPECT_EQ(ended.out, "live\nstopped\n");
    EXPECT_EQ(store.engine().status().sync_state, "stopped");
}

TEST(DaemonProgram, StaysOfflineUntilTheServerIsThere) {
    const ClosedPort closed;
    PreparedStore store(closed.address());
    Program daemon({"daemon", "--store", store.directory()}, {"FIELDSYNC_BACKOFF_MAX_MS=20"});
    ASSERT_TRUE(daemon.says("offline: "));
    EXPECT_TRUE(store.engine().status().sync_state.starts_with("offline: "));
    daemon.signal(SIGINT);
    EXPECT_EQ(daemon.wait().exit, 0);
}

TEST(DaemonProgram, SaysWhyItIsRefusedAndGoesOnAfterwards) {
    WillingServer answers;
    std::atomic<bool> suspended = true;
    CannedServer server([&](const CannedRequest& request) {
        return suspended ? goodbye("business_suspended", sync::GoodbyeAction::stay_offline)
                         : answers(request);
    });
    PreparedStore store(server.address());
    Program daemon({"daemon", "--http", "--store", store.directory()}, {"FIELDSYNC_BACKOFF_MAX_MS=20"});
    ASSERT_TRUE(daemon.says("refused: business_suspended: Not you.\n"));
    suspended = false;
    EXPECT_TRUE(daemon.says("live\n"));
}

TEST(DaemonProgram, WaitsForItsTurn) {
    WillingServer answers;
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    store.engine().set_sync_state("live");
    auto holders = store.engine().try_sync_lease();
    Program daemon({"daemon", "--http", "--store", store.directory(), "--json"});
    ASSERT_TRUE(daemon.says("{\"state\": \"waiting: another process syncs this store\"}\n"));
    EXPECT_EQ(store.engine().status().sync_state, "live");  // the holder's word
    holders.reset();
    EXPECT_TRUE(daemon.says("{\"state\": \"live\"}\n"));
}

TEST(DaemonProgram, NoticesANewSignIn) {
    WillingServer answers;
    CannedServer server([&](const CannedRequest& request) {
        if (request.target == "/sync/v1/login") return CannedAnswer{200, signed_in_as(kStaff)};
        const auto messages = read_messages(request.body);
        const auto* hello = messages.empty() ? nullptr : std::get_if<sync::Hello>(&messages.front());
        if (hello == nullptr || hello->token != "t2")
            return goodbye("unauthenticated", sync::GoodbyeAction::sign_in);
        return answers(request);
    });
    PreparedStore store(server.address());
    Program daemon({"daemon", "--http", "--store", store.directory()});
    ASSERT_TRUE(daemon.says("refused: unauthenticated: Not you.\n"));
    const Ended login =
        store.run({"login", "--server", server.address(), "--email", "sam@example.com", "--password", "x"});
    EXPECT_EQ(login.exit, 0) << login.err;
    EXPECT_TRUE(daemon.says("live\n"));  // long before the minute is over
}

TEST(DaemonProgram, EndsWhenItsStoreIsWiped) {
    CannedServer server(
        [](const CannedRequest&) { return goodbye("device_revoked", sync::GoodbyeAction::wipe); });
    PreparedStore store(server.address());
    const Ended ended = Program({"daemon", "--http", "--store", store.directory()}).wait();
    EXPECT_EQ(ended.exit, 3);
    EXPECT_NE(ended.err.find("device_revoked: Not you."), std::string::npos) << ended.err;
    EXPECT_FALSE(store.engine().account().has_value());
}

}  // namespace
}  // namespace fieldsync::testing
