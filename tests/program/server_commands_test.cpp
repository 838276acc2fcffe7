// The server's commands, as whoever runs it uses them.
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "program/installation.hpp"
#include "storage/sqlite_database.hpp"

namespace fieldsync::testing {
namespace {

class ServerCommands : public ::testing::Test {
  protected:
    Installation installation;

    Finished run(std::vector<std::string> arguments, const Process::Environment& environment = {}) {
        arguments.insert(arguments.begin(), FIELDSYNC_SERVER);
        return Process::run(arguments, environment);
    }
    Finished on_data(std::vector<std::string> arguments, const Process::Environment& environment = {}) {
        arguments.insert(arguments.begin() + 1, {"--data-dir", installation.data_dir()});
        return run(std::move(arguments), environment);
    }
    void damage(const std::string& sql) {
        server::storage::SqliteOptions options;
        options.path = std::filesystem::path(installation.data_dir()) / "fieldsync.db";
        options.format_version = 1'000;
        server::storage::open_sqlite(options)->write(
            [&](server::storage::Connection& connection) { connection.script(sql); });
    }
};

TEST_F(ServerCommands, DemoDataAreForAnEmptyDatabase) {
    const Finished again = on_data({"seed-demo"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_NE(again.err.find("empty"), std::string::npos) << again.err;
    EXPECT_EQ(installation.problems(), "");
}

TEST_F(ServerCommands, SetPlanNamesWhatIsNotThere) {
    EXPECT_EQ(on_data({"set-plan", "--business", "Agrawal Properties", "--plan", "starter-tier"}).exit_code,
              0);
    EXPECT_EQ(on_data({"set-plan", "--business", "Nobody", "--plan", "pro"}).exit_code, 1);
    const Finished unknown = on_data({"set-plan", "--business", "Agrawal Properties", "--plan", "gold"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_NE(unknown.err.find("gold"), std::string::npos);
}

TEST_F(ServerCommands, ASuperAdminNeedsAPasswordAndAnAddressOfHisOwn) {
    const std::vector<std::string> create{"create-super-admin", "--email", "root@example.com"};
    EXPECT_EQ(on_data(create).exit_code, 1);
    EXPECT_EQ(on_data(create, {{"FIELDSYNC_PASSWORD", "short"}}).exit_code, 1);
    EXPECT_EQ(on_data(create, {{"FIELDSYNC_PASSWORD", "long enough"}}).exit_code, 0);
    EXPECT_EQ(on_data(create, {{"FIELDSYNC_PASSWORD", "long enough"}}).exit_code, 1);
    EXPECT_EQ(on_data({"create-super-admin", "--email", "nobody"}, {{"FIELDSYNC_PASSWORD", "long enough"}})
                  .exit_code,
              1);
    EXPECT_EQ(installation.problems(), "");
}

TEST_F(ServerCommands, AMistypedDirectoryIsNotMadeByWhoOnlyLooks) {
    const std::string missing = installation.store_path("missing").string();
    EXPECT_EQ(run({"verify", "--data-dir", missing}).exit_code, 1);
    EXPECT_EQ(run({"set-plan", "--data-dir", missing, "--business", "x", "--plan", "pro"}).exit_code, 1);
    EXPECT_FALSE(std::filesystem::exists(missing));
}

TEST_F(ServerCommands, VerifyFindsWhatIsWrong) {
    EXPECT_EQ(installation.problems(), "");
    damage("UPDATE client SET city = 'Elsewhere' WHERE id = 1");
    EXPECT_NE(installation.problems().find("differs from what its log leads to"), std::string::npos);
    damage("DELETE FROM log_entry WHERE seq = 2");
    EXPECT_NE(installation.problems().find("gap"), std::string::npos);
    damage("UPDATE lead SET assigned_to = NULL");
    EXPECT_NE(installation.problems().find("does not give"), std::string::npos);
}

TEST_F(ServerCommands, ServeSaysWhyItCannot) {
    installation.start();
    const std::string port = installation.url().substr(installation.url().rfind(':') + 1);
    const Finished taken = on_data({"serve", "--listen", "127.0.0.1:" + port});
    EXPECT_EQ(taken.exit_code, 1);
    EXPECT_NE(taken.err.find(port), std::string::npos) << taken.err;
    EXPECT_EQ(on_data({"serve", "--listen", "nonsense"}).exit_code, 1);
    EXPECT_EQ(run({"serve", "--database", "oracle:x", "--listen", "127.0.0.1:0"}).exit_code, 1);
    EXPECT_NE(run({"serve", "--listen"}).exit_code, 0);
    EXPECT_NE(run({}).exit_code, 0);
    installation.stop();
    damage("PRAGMA user_version = 999");
    const Finished newer = on_data({"serve", "--listen", "127.0.0.1:0"});
    EXPECT_EQ(newer.exit_code, 1);
    EXPECT_NE(newer.err.find("999"), std::string::npos) << newer.err;
}

TEST_F(ServerCommands, TheSchemaIsPrinted) {
    const Finished sqlite = run({"schema"});
    EXPECT_EQ(sqlite.exit_code, 0) << sqlite.err;
    EXPECT_TRUE(sqlite.out.starts_with("PRAGMA application_id")) << sqlite.out;
    EXPECT_NE(sqlite.out.find("CREATE TABLE \"lead\" ("), std::string::npos);
    const Finished postgresql = run({"schema", "--dialect", "postgresql"});
    EXPECT_NE(postgresql.out.find("uid BYTEA NOT NULL"), std::string::npos) << postgresql.out;
    EXPECT_EQ(postgresql.out.find("BLOB"), std::string::npos);
    const Finished citus = run({"schema", "--dialect", "postgresql", "--citus"});
    EXPECT_TRUE(citus.out.starts_with(postgresql.out));
    EXPECT_NE(citus.out.find("create_distributed_table('\"lead\"', 'business_id'"), std::string::npos);
    EXPECT_EQ(run({"schema", "--citus"}).exit_code, 2);
    EXPECT_EQ(run({"schema", "--dialect", "oracle"}).exit_code, 2);
}

TEST_F(ServerCommands, MetricsAreOnTheAdminAddressAlone) {
    const auto get = [](const std::string& url) { return Process::run({"/usr/bin/curl", "-sSf", url}); };
    installation.start();
    installation.login("rahul", "rahul@example.com");
    ASSERT_EQ(installation.cli("rahul", {"sync"}).exit_code, 0);
    const std::string lead = installation.first_uid("rahul", "lead");
    ASSERT_EQ(installation.cli("rahul", {"note", "add", "--lead", lead, "hello"}).exit_code, 0);
    ASSERT_EQ(installation.cli("rahul", {"sync"}).exit_code, 0);
    EXPECT_NE(
        Process::run({"/usr/bin/curl", "-sSf", "-X", "INVENTED", installation.url() + "/nowhere"}).exit_code,
        0);
    const Finished metrics = get(installation.admin_url() + "/metrics");
    EXPECT_EQ(metrics.out.find("INVENTED"), std::string::npos) << "clients make no labels";
    EXPECT_NE(metrics.out.find("# TYPE fieldsync_change_sets_total counter"), std::string::npos)
        << metrics.out;
    for (const char* line :
         {"fieldsync_receipts_total{kind=\"applied\"} 1", "fieldsync_live_devices 0",
          "fieldsync_http_requests_total{method=\"POST\",route=\"/sync/v1/login\",status=\"200\"} 1",
          "fieldsync_device_lag_entries{business=\"1\",device="})
        EXPECT_NE(metrics.out.find(line), std::string::npos) << line << "\n" << metrics.out;
    EXPECT_NE(get(installation.admin_url() + "/readyz").out.find("ready"), std::string::npos);
    EXPECT_EQ(get(installation.url() + "/metrics").exit_code, 22) << "curl: an HTTP error";
}

TEST_F(ServerCommands, TheConfigurationFileIsReadAndItsMistakesNamed) {
    const std::string path = installation.store_path("fieldsync.toml").string();
    const auto write = [&](const std::string& text) { std::ofstream(path) << text; };
    write("data_dir = \"" + installation.data_dir() +
          "\"\nlisten = [\"127.0.0.1:0\"]\nlog_level = \"warn\"\n");
    Process server({FIELDSYNC_SERVER, "serve", "--config", path});
    EXPECT_TRUE(server.wait_for_out("listening on http://127.0.0.1:")) << server.err();
    server.signal(SIGINT);
    EXPECT_EQ(server.wait().exit_code, 0);
    write("colour = \"blue\"\n");
    const Finished unknown = run({"serve", "--config", path});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_NE(unknown.err.find("colour"), std::string::npos) << unknown.err;
}

}  // namespace
}  // namespace fieldsync::testing
