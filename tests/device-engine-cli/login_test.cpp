// Signing in, and who is refused.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "prepared_store.hpp"
#include "willing_server.hpp"

namespace fieldsync::testing {
namespace {

namespace json = boost::json;

TEST(Login, SignsIn) {
    std::string asked;
    CannedServer server([&](const CannedRequest& request) {
        asked = request.target + " " + request.body;
        return CannedAnswer{200, signed_in_as(kStaff)};
    });
    const TempDir directory;
    const std::string store = (directory.path() / "store").string();
    const Ended ended =
        run_program({"login", "--store", store, "--server", server.address(), "--email", "sam@example.com"},
                    {"FIELDSYNC_PASSWORD=secret"});
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_NE(ended.out.find("Sam Staff"), std::string::npos) << ended.out;
    EXPECT_TRUE(asked.starts_with("/sync/v1/login {\"email\":\"sam@example.com\",\"password\":\"secret\""))
        << asked;
    const auto status = json::parse(run_program({"status", "--store", store, "--json"}).out);
    EXPECT_EQ(status.at("user").at("uid"), json::value(kStaff.to_string()));
    EXPECT_EQ(status.at("server"), json::value(server.address()));
    EXPECT_EQ(status.at("state"), json::value("never synced"));
    EXPECT_TRUE(status.at("last_sync_at").is_null());
}

TEST(Login, RefusedIs3) {
    CannedServer server([](const CannedRequest&) {
        return CannedAnswer{401,
                            R"({"error": {"code": "invalid_credentials", "message": "Wrong password."}})"};
    });
    const TempDir directory;
    const Ended ended = run_program({"login", "--store", directory.path().string(), "--server",
                                     server.address(), "--email", "s@e.com", "--password", "no", "--json"});
    EXPECT_EQ(ended.exit, 3);
    EXPECT_EQ(json::parse(ended.out),
              json::parse(R"({"error": {"code": "invalid_credentials", "message": "Wrong password."}})"));
    EXPECT_NE(ended.err.find("invalid_credentials: Wrong password."), std::string::npos) << ended.err;
}

TEST(Login, SomebodyElseIsRefusedWhileWorkIsUnsent) {
    CannedServer server([](const CannedRequest&) { return CannedAnswer{200, signed_in_as(kAdmin)}; });
    PreparedStore store(server.address());
    store.do_some_work();
    const Ended ended = store.run(
        {"login", "--server", server.address(), "--email", "ada@example.com", "--password", "x", "--json"});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_EQ(json::parse(ended.out).at("error").at("code"), json::value("another_user"));
    EXPECT_EQ(store.account().user, kStaff);
}

TEST(Login, SomebodyElseIsRefusedWhileADaemonSyncs) {
    CannedServer server([](const CannedRequest&) { return CannedAnswer{200, signed_in_as(kAdmin)}; });
    PreparedStore store(server.address());
    const auto daemons = store.engine().try_sync_lease();
    const Ended ended =
        store.run({"login", "--server", server.address(), "--email", "ada@example.com", "--password", "x"});
    EXPECT_EQ(ended.exit, 1);
    EXPECT_NE(ended.err.find("stop it first"), std::string::npos) << ended.err;
    EXPECT_EQ(store.account().user, kStaff);
}

TEST(Login, WithoutAPasswordIs2) {
    const TempDir directory;
    EXPECT_EQ(run_program({"login", "--store", directory.path().string(), "--server", "http://127.0.0.1:9",
                           "--email", "s@e.com"})
                  .exit,
              2);
    EXPECT_EQ(run_program({"login", "--store", directory.path().string(), "--server", "127.0.0.1:9",
                           "--email", "s@e.com", "--password", "x"})
                  .exit,
              2);
}

}  // namespace
}  // namespace fieldsync::testing
