// sync and verify: one session each, over HTTP.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/parse.hpp>
#include <thread>

#include "prepared_store.hpp"
#include "willing_server.hpp"

namespace fieldsync::testing {
namespace {

namespace json = boost::json;

TEST(Sync, SendsAndFetches) {
    WillingServer answers;
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    store.do_some_work();
    const Ended ended = store.run({"sync", "--http", "--json"});
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_EQ(
        json::parse(ended.out),
        json::parse(
            R"({"state": "done", "applied": 0, "pending": 0, "rejected": 1, "conflicts": 1, "cursor": 101})"))
        << ended.out;
    EXPECT_EQ(store.engine().status().sync_state, "done");
}

TEST(Sync, SaysHowManyWereRejected) {
    WillingServer answers;
    answers.rejects = true;
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    store.do_some_work();
    const Ended ended = store.run({"sync", "--http"});
    EXPECT_EQ(ended.exit, 0);
    EXPECT_NE(ended.err.find("rejected 1 change-set;"), std::string::npos) << ended.err;
    EXPECT_NE(ended.out.find("2 rejected"), std::string::npos) << ended.out;
}

TEST(Sync, DrawsABarWhenToldTo) {
    WillingServer answers;
    answers.records_left = 3;
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    const Ended ended = store.run({"sync", "--http"}, {"FIELDSYNC_PROGRESS=1"});
    EXPECT_NE(ended.err.find("]   0 %  0 applied, 3 left"), std::string::npos) << ended.err;
    EXPECT_EQ(store.run({"sync", "--http", "--json"}, {"FIELDSYNC_PROGRESS=1"}).err, "");
}

TEST(Sync, RefusedIs3WithCodeAndReason) {
    for (const auto& [code, action] : {std::pair{"business_suspended", sync::GoodbyeAction::stay_offline},
                                       {"unauthenticated", sync::GoodbyeAction::sign_in},
                                       {"upgrade_required", sync::GoodbyeAction::upgrade},
                                       {"too_many_requests", sync::GoodbyeAction::retry_later}}) {
        CannedServer server([&](const CannedRequest&) { return goodbye(code, action); });
        PreparedStore store(server.address());
        store.do_some_work();
        const Ended ended = store.run({"sync", "--http", "--json"});
        EXPECT_EQ(ended.exit, 3);
        EXPECT_NE(ended.err.find(std::string(code) + ": Not you."), std::string::npos) << ended.err;
        EXPECT_EQ(json::parse(ended.out).at("error").at("code"), json::value(code));
        EXPECT_EQ(store.engine().status().sync_state, std::string("refused: ") + code);
        EXPECT_EQ(store.engine().status().pending, 2U);
    }
}

TEST(Sync, ARevokedDeviceIsWiped) {
    CannedServer server(
        [](const CannedRequest&) { return goodbye("device_revoked", sync::GoodbyeAction::wipe); });
    PreparedStore store(server.address());
    const Ended ended = store.run({"sync", "--http"});
    EXPECT_EQ(ended.exit, 3);
    EXPECT_NE(ended.err.find("device_revoked"), std::string::npos) << ended.err;
    EXPECT_FALSE(store.engine().account().has_value());
    EXPECT_EQ(store.run({"leads"}).exit, 1);
}

TEST(Sync, AServerThatWasRestoredIsPulledAnewOnce) {
    std::atomic<int> goodbyes = 0;
    WillingServer answers;
    CannedServer server([&](const CannedRequest& request) {
        return goodbyes++ == 0 ? goodbye("server_restored", sync::GoodbyeAction::resync) : answers(request);
    });
    PreparedStore store(server.address());
    EXPECT_EQ(store.run({"sync", "--http"}).exit, 0);

    CannedServer stubborn(
        [&](const CannedRequest&) { return goodbye("server_restored", sync::GoodbyeAction::resync); });
    EXPECT_EQ(PreparedStore(stubborn.address()).run({"sync", "--http"}).exit, 3);
}

TEST(Sync, LeavesItToTheDaemonThatHoldsTheStore) {
    PreparedStore store;
    const auto daemons = store.engine().try_sync_lease();
    store.engine().set_sync_state("live");
    const Ended ended = store.run({"sync", "--json"});
    EXPECT_EQ(ended.exit, 0);  // nothing is unsent
    EXPECT_EQ(json::parse(ended.out).at("state"), json::value("done"));
    EXPECT_NE(ended.err.find("another process"), std::string::npos) << ended.err;
    EXPECT_EQ(store.run({"verify"}).exit, 1);
}

TEST(Sync, SaysWhyWhoHoldsTheStoreCannotSync) {
    PreparedStore store;
    const auto daemons = store.engine().try_sync_lease();
    store.engine().set_sync_state("refused: offline_sync_not_in_plan");
    const Ended refused = store.run({"sync"});
    EXPECT_EQ(refused.exit, 3);
    EXPECT_NE(refused.err.find("offline_sync_not_in_plan"), std::string::npos) << refused.err;
    store.engine().set_sync_state("offline: connection refused");
    EXPECT_EQ(store.run({"sync"}).exit, 4);
}

TEST(Sync, WakesADaemonThatWaitsAfterARefusal) {
    WillingServer answers;
    std::atomic<bool> suspended = true;
    CannedServer server([&](const CannedRequest& request) {
        return suspended ? goodbye("business_suspended", sync::GoodbyeAction::stay_offline)
                         : answers(request);
    });
    PreparedStore store(server.address());
    Program daemon({"daemon", "--http", "--store", store.directory()});
    ASSERT_TRUE(daemon.says("refused: business_suspended"));
    suspended = false;
    EXPECT_EQ(Program({"sync", "--store", store.directory()}).wait().exit, 0);
    EXPECT_TRUE(daemon.says("live"));
}

TEST(Sync, AKilledDaemonIsNotLiveAnyMore) {
    PreparedStore store;
    store.engine().set_sync_state("live");
    EXPECT_EQ(json::parse(store.run({"status", "--json"}).out).at("state"), json::value("stopped"));
    const auto daemons = store.engine().try_sync_lease();
    EXPECT_EQ(json::parse(store.run({"status", "--json"}).out).at("state"), json::value("live"));
}

TEST(Sync, GoesOnWhenWhoHeldTheStoreIsDone) {
    WillingServer answers;
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    auto holders = store.engine().try_sync_lease();
    Program waiting({"sync", "--http", "--json", "--store", store.directory()});
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    holders.reset();
    const Ended ended = waiting.wait();
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_EQ(json::parse(ended.out).at("cursor"), json::value(101));
}

TEST(Verify, SaysWhetherTheStoreAgrees) {
    WillingServer answers;
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    const Ended agrees = store.run({"verify", "--http", "--json"});
    EXPECT_EQ(agrees.exit, 0) << agrees.err;
    EXPECT_EQ(json::parse(agrees.out), json::parse(R"({"agrees": true, "diverged": []})"));
}

TEST(Verify, NamesTheScopesThatDiffer) {
    WillingServer answers;
    answers.diverged = {kLead};
    CannedServer server(std::ref(answers));
    PreparedStore store(server.address());
    const Ended differs = store.run({"verify", "--http", "--json"});
    EXPECT_EQ(differs.exit, 1) << differs.err;
    EXPECT_EQ(json::parse(differs.out).at("agrees"), json::value(false));
    EXPECT_EQ(json::parse(differs.out).at("diverged").at(0), json::value(kLead.to_string()));
}

}  // namespace
}  // namespace fieldsync::testing
