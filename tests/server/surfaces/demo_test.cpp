#include "demo/demo.hpp"

#include <gtest/gtest.h>

#include "demo/catalogue.hpp"
#include "demo_server.hpp"
#include "records/tables.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

class EmptyDatabase {
  public:
    EmptyDatabase() {
        database->write([&](storage::Connection& c) { prepare_tables(c, schema::Schema::current()); });
    }
    void seed(int scale) { demo::seed_demo(*database, path_, clock_, random_, scale); }
    std::int64_t count(const std::string& from) {
        return database->read(
            [&](storage::Connection& c) { return c.integer("SELECT count(*) FROM " + from).value(); });
    }

  private:
    fieldsync::testing::TempDir directory_;
    fieldsync::testing::FakeClock clock_;
    fieldsync::testing::SeededRandom random_;
    RecordTables tables_{schema::Schema::current()};
    WritePath path_{tables_, clock_, random_};

    fieldsync::testing::ServerDatabase place_{directory_.path()};

  public:
    std::unique_ptr<storage::Database> database = place_.open();
};

TEST(DemoTest, EveryBusinessesIdIsItsBusinessId) {
    DemoServer server;
    EXPECT_EQ(server.integer("SELECT count(*) FROM business"), 5);
    EXPECT_EQ(server.integer("SELECT count(*) FROM business WHERE id <> business_id"), 0);
    EXPECT_EQ(server.integer("SELECT last FROM id_counter WHERE name = 'business'"), 5);
}

TEST(DemoTest, EveryBusinessHasTheDefaultCatalogue) {
    DemoServer server;
    EXPECT_EQ(demo::default_catalogue({}).size(), 16U);
    EXPECT_EQ(server.integer("SELECT count(*) FROM stage"), 5 * 7);
    EXPECT_EQ(server.integer("SELECT count(*) FROM property_type"), 5 * 6);
    EXPECT_EQ(server.integer("SELECT count(*) FROM sourcing_channel"), 5 * 3);
    EXPECT_EQ(server.integer("SELECT count(*) FROM stage WHERE is_default = 1"), 5);
}

TEST(DemoTest, EveryRecordIsInTheChangeLog) {
    DemoServer server;
    EXPECT_EQ(server.integer("SELECT count(*) FROM log_change"),
              server.integer("SELECT CAST(sum(last) AS BIGINT) FROM id_counter WHERE name <> 'token'"));
    EXPECT_EQ(server.integer("SELECT count(*) FROM log_change WHERE length(uid) <> 16"), 0);
}

TEST(DemoTest, EveryUserCanSignInOrIsRefusedForAReason) {
    DemoServer server;
    EXPECT_EQ(server.integer("SELECT count(*) FROM \"user\" u LEFT JOIN credential c ON c.business_id = "
                             "u.business_id AND c.user_id = u.id"
                             " WHERE c.user_id IS NULL"),
              0);
    const Answered login = server.call(Method::post, "/api/login", {},
                                       R"({"email": "client@example.com", "password": "client_password"})");
    EXPECT_EQ(login.status, 200U);
}

TEST(DemoTest, TheEngineerHoldsHisProjects) {
    DemoServer server;
    EXPECT_EQ(server.integer("SELECT count(*) FROM scope_grant g JOIN \"user\" u ON u.uid = g.user_uid"
                             " JOIN project p ON p.uid = g.scope"
                             " WHERE u.email = 'engineer@engineering.test' AND g.to_seq IS NULL"),
              2);
}

TEST(DemoTest, ADatabaseWithDataIsRefusedAndUntouched) {
    EmptyDatabase empty;
    empty.seed(0);
    const std::int64_t changes = empty.count("log_change");
    EXPECT_THROW(empty.seed(0), demo::NotEmpty);
    EXPECT_EQ(empty.count("log_change"), changes);
}

TEST(DemoTest, ScaleAddsWhatItSays) {
    EmptyDatabase small, large;
    small.seed(0);
    large.seed(1);
    const auto added = [&](const std::string& table) { return large.count(table) - small.count(table); };
    EXPECT_EQ(added("client"), 1'000);
    EXPECT_EQ(added("requirement"), 1'000);
    EXPECT_EQ(added("lead"), 1'000);
    EXPECT_EQ(added("property"), 500);
    EXPECT_EQ(added("site_visit"), 3'000);
    EXPECT_EQ(added("note"), 3'000);
    EXPECT_EQ(added("activity"), 3'000);
    EXPECT_EQ(added("project"), 100);
    EXPECT_EQ(added("phase"), 600);
    EXPECT_EQ(large.count("(SELECT DISTINCT assigned_to FROM client WHERE mobile LIKE '9000%') AS assigned"),
              20);
    // What happened to a lead is told in its history: the current stage follows from it.
    EXPECT_EQ(large.count("lead l WHERE (SELECT h.to_stage FROM stage_history h WHERE h.lead = l.uid"
                          " ORDER BY h.created_at DESC, h.id DESC LIMIT 1) <> l.stage"),
              0);
    EXPECT_EQ(large.count("lead l JOIN requirement r ON r.uid = l.requirement JOIN stage s ON s.uid = l.stage"
                          " WHERE (r.status = 'closed') <> (s.is_closed_won + s.is_closed_lost > 0)"),
              0);
}

TEST(DemoTest, TheSameSeedGivesTheSameData) {
    EmptyDatabase one, other;
    one.seed(1);
    other.seed(1);
    const auto digest = [](EmptyDatabase& database) {
        return database.database->read([](storage::Connection& c) {
            std::string all;
            c.query("SELECT first_name || last_name || mobile FROM client ORDER BY id", {},
                    [&](storage::Row& row) { all += row.text(0); });
            return all;
        });
    };
    EXPECT_EQ(digest(one), digest(other));
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
