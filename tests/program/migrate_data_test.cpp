// A whole installation moves to PostgreSQL, and its devices notice nothing.
#include <gtest/gtest.h>
#include <signal.h>

#include "program/installation.hpp"
#include "support/postgresql.hpp"

namespace fieldsync::testing {
namespace {

class MigrateData : public ::testing::Test {
  protected:
    Installation installation;
    PostgresqlSchema schema;
    std::string from = "sqlite:" + installation.data_dir() + "/fieldsync.db";

    Finished migrate(const Process::Environment& environment = {}) {
        return Process::run({FIELDSYNC_SERVER, "migrate-data", "--from", from, "--to", schema.uri()},
                            environment);
    }
    std::string lead;
    void add_note(const std::string& text) {
        ASSERT_EQ(installation.cli("rahul", {"note", "add", "--lead", lead, text}).exit_code, 0);
    }
};

TEST_F(MigrateData, ADeviceGoesOnFromItsCursor) {
    installation.start();
    installation.login("rahul", "rahul@example.com");
    const std::int64_t bootstrap = installation.json("rahul", {"sync"}).at("applied").as_int64();
    lead = installation.first_uid("rahul", "lead");
    add_note("synced before");
    installation.json("rahul", {"sync"});
    add_note("written before, sent after");
    const auto before = installation.json("rahul", {"status"});
    EXPECT_EQ(before.at("pending").as_int64(), 1);
    installation.stop();

    // Killed in the middle, and in the meantime taken for an installation.
    EXPECT_EQ(migrate({{"FIELDSYNC_CRASH_AT", "migration.page:7"}}).signal, SIGKILL);
    const Finished half =
        Process::run({FIELDSYNC_SERVER, "serve", "--database", schema.uri(), "--listen", "127.0.0.1:0"});
    EXPECT_EQ(half.exit_code, 1);
    EXPECT_NE(half.err.find("migrate-data again"), std::string::npos) << half.err;
    const Finished moved = migrate({{"FIELDSYNC_PROGRESS", "1"}});
    ASSERT_EQ(moved.exit_code, 0) << moved.err;
    EXPECT_NE(moved.err.find("] 100 %  comparing user"), std::string::npos) << moved.err;
    EXPECT_NE(moved.out.find("are in the target, and the same"), std::string::npos) << moved.out;
    EXPECT_EQ(migrate().exit_code, 1) << "the target is no longer empty";

    installation.move_to(schema.uri());
    EXPECT_EQ(installation.problems(), "");
    installation.start();
    const auto synced = installation.json("rahul", {"sync"});
    EXPECT_EQ(synced.at("pending").as_int64(), 0);
    EXPECT_LT(synced.at("applied").as_int64(), 10) << "a resync would be " << bootstrap;
    const auto after = installation.json("rahul", {"status"});
    EXPECT_EQ(after.at("store"), before.at("store"));
    EXPECT_GT(after.at("cursor").as_int64(), before.at("cursor").as_int64());
    EXPECT_TRUE(installation.json("rahul", {"verify"}).at("agrees").as_bool());
    EXPECT_EQ(installation.count("SELECT count(*) FROM note WHERE note = 'written before, sent after'"), 1);
    EXPECT_EQ(installation.count("SELECT count(*) FROM note WHERE note = 'synced before'"), 1);
    EXPECT_EQ(installation.problems(), "");
}

TEST_F(MigrateData, LinesTellHowFarItIsAndCodesHowItEnded) {
    const Finished moved = migrate();
    EXPECT_EQ(moved.exit_code, 0) << moved.err;
    EXPECT_NE(moved.err.find("copying lead\n"), std::string::npos) << moved.err;
    EXPECT_EQ(moved.err.find('\r'), std::string::npos);
    EXPECT_EQ(Process::run({FIELDSYNC_SERVER, "migrate-data", "--from", from}).exit_code, 2);
    EXPECT_EQ(Process::run({FIELDSYNC_SERVER, "migrate-data", "--from", from, "--to", from}).exit_code, 2);
    const std::string missing = installation.store_path("missing.db").string();
    EXPECT_EQ(Process::run({FIELDSYNC_SERVER, "migrate-data", "--from", "sqlite:" + missing, "--to", from})
                  .exit_code,
              1);
    EXPECT_FALSE(std::filesystem::exists(missing));
}

}  // namespace
}  // namespace fieldsync::testing
