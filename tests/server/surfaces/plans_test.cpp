// How SQLite finds what the endpoints ask for: each statement that an endpoint really runs is explained.
// Whoever walks a whole business for a page, or for one lead's records, is slow only once there is much of
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "demo_server.hpp"
#include "records/tables.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

using Plans = std::vector<std::string>;

// Explains every query before it runs it.
class ExplainingConnection final : public storage::Connection {
  public:
    ExplainingConnection(storage::Connection& inner, Plans& plans) : inner_(inner), plans_(plans) {}

    void script(std::string_view sql) override { inner_.script(sql); }
    storage::Memo& memo() override { return inner_.memo(); }
    storage::Dialect dialect() const noexcept override { return inner_.dialect(); }
    std::uint64_t statements_run() const noexcept override { return inner_.statements_run(); }
    std::int64_t format_version() override { return inner_.format_version(); }
    void set_format_version(std::int64_t version) override { inner_.set_format_version(version); }

  private:
    std::int64_t do_execute(std::string_view sql, std::span<const storage::Parameter> parameters) override {
        return inner_.execute(sql, parameters);
    }
    void do_query(std::string_view sql, std::span<const storage::Parameter> parameters,
                  storage::FunctionRef<bool(storage::Row&)> visitor) override {
        inner_.query("EXPLAIN QUERY PLAN " + std::string(sql), parameters,
                     [&](storage::Row& row) { plans_.emplace_back(row.text(3)); });
        inner_.query(sql, parameters, [&](storage::Row& row) -> bool { return visitor(row); });
    }

    storage::Connection& inner_;
    Plans& plans_;
};

class ExplainingDatabase final : public storage::Database {
  public:
    ExplainingDatabase(storage::Database& inner, Plans& plans) : inner_(inner), plans_(plans) {}
    storage::Dialect dialect() const noexcept override { return inner_.dialect(); }
    std::uint64_t statements_run() const noexcept override { return inner_.statements_run(); }

  private:
    void read_snapshot(storage::FunctionRef<void(storage::Connection&)> fn) override {
        inner_.read([&](storage::Connection& connection) {
            ExplainingConnection explaining(connection, plans_);
            fn(explaining);
        });
    }
    void write_transaction(storage::FunctionRef<void(storage::Connection&)> fn) override {
        inner_.write([&](storage::Connection& connection) { fn(connection); });
    }

    storage::Database& inner_;
    Plans& plans_;
};

class PlansTest : public ::testing::Test {
  protected:
    PlansTest() {
        Services services{explaining_,    server_.writes,  tables_,     server_.clock,
                          server_.random, server_.sign_in, server_.reads, "https://crm.example.com"};
        server_.router = http::Router();
        mount_crm(server_.router, services);
        mount_client_portal(server_.router, services);
    }

    // What is read for this answer, a line each: "SEARCH v USING INDEX … (business_id=? AND lead=?)".
    Plans plans_of(Method method, const std::string& target, const std::string& token,
                   const std::string& body = {}) {
        plans_.clear();
        EXPECT_LT(server_.call(method, target, token, body).status, 300U) << target;
        return std::exchange(plans_, {});
    }
    Plans get(const std::string& target, const std::string& token) {
        return plans_of(Method::get, target, token);
    }

    static std::string text_of(const Plans& plans) {
        std::string text;
        for (const std::string& line : plans) text += line + "\n";
        return text;
    }
    static bool uses(const Plans& plans, std::string_view what) {
        return text_of(plans).find(what) != std::string::npos;
    }
    // Lines that read a table, or all of a business in it. Its names, of which there are few, are read whole.
    static Plans walks(const Plans& plans) {
        static const std::regex walk(R"(^SCAN |\(business_id=\?\)$)"),
            names(R"(^SEARCH (stage|property_type) )");
        Plans found;
        std::copy_if(plans.begin(), plans.end(), std::back_inserter(found), [](const std::string& line) {
            return std::regex_search(line, walk) && !std::regex_search(line, names);
        });
        return found;
    }

    DemoServer server_;
    Plans plans_;
    RecordTables tables_{schema::Schema::current()};
    ExplainingDatabase explaining_{*server_.database, plans_};
    const std::string admin_ = server_.admin(), rahul_ = server_.rahul();
    const std::string lead_ = "/api/leads/" + std::to_string(server_.lead_of("Ankit"));
};

TEST_F(PlansTest, ALeadIsFoundWithItsRecordsInTheirOrder) {
    const Plans plans = get(lead_, admin_);
    EXPECT_EQ(walks(plans), Plans{}) << text_of(plans);
    EXPECT_FALSE(uses(plans, "TEMP B-TREE")) << text_of(plans);
    for (const char* index : {"site_visit.lead.listed (business_id=? AND lead=?)",
                              "activity.lead.listed (business_id=? AND lead=?)",
                              "stage_history.lead.listed (business_id=? AND lead=?)"})
        EXPECT_TRUE(uses(plans, index)) << index << "\n" << text_of(plans);
}

TEST_F(PlansTest, ALeadsVisitsAndActivityAreReadInTheirOrder) {
    for (const char* what : {"/visits", "/activity"}) {
        const Plans plans = get(lead_ + what, admin_);
        EXPECT_EQ(walks(plans), Plans{}) << text_of(plans);
        EXPECT_FALSE(uses(plans, "TEMP B-TREE")) << text_of(plans);
    }
}

// Of all leads those that moved last are read, in that order, as many as the page has.
TEST_F(PlansTest, TheListOfAllLeadsFollowsItsIndex) {
    const Plans plans = get("/api/leads", admin_);
    EXPECT_TRUE(uses(plans, "SEARCH l USING INDEX lead.last_activity_at (business_id=?)")) << text_of(plans);
    EXPECT_TRUE(uses(plans, "SEARCH l USING COVERING INDEX lead.stage (business_id=? AND stage=?)"))
        << text_of(plans);
}

TEST_F(PlansTest, TheListOfOnesOwnLeadsReadsNoOthers) {
    const Plans plans = get("/api/leads", rahul_);
    EXPECT_TRUE(uses(plans, "SEARCH l USING INDEX lead.assigned_to.listed (business_id=? AND assigned_to=?)"))
        << text_of(plans);
    EXPECT_FALSE(uses(plans, "lead.last_activity_at")) << text_of(plans);
    EXPECT_FALSE(uses(plans, "lead.stage")) << text_of(plans);
}

TEST_F(PlansTest, APortalClientsListsReadNoOthersProjects) {
    for (const char* list : {"/api/client/projects", "/api/client/progress", "/api/client/notifications"}) {
        const Plans plans = get(list, server_.portal_client());
        EXPECT_EQ(walks(plans), Plans{}) << text_of(plans);
    }
}

// A database of before has plain indexes of all relations; at the next start it has those that are looked into.
TEST_F(PlansTest, AnOlderDatabaseGetsTheIndexesOfToday) {
    server_.change("DROP INDEX \"site_visit.lead.listed\"");
    server_.change("CREATE INDEX \"site_visit.lead\" ON site_visit (business_id, lead, id)");
    server_.change("CREATE INDEX \"site_visit.logged_by\" ON site_visit (business_id, logged_by, id)");
    server_.database->write(
        [&](storage::Connection& connection) { prepare_tables(connection, tables_.schema()); });
    EXPECT_EQ(server_.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'site_visit.lead.listed'"), 1);
    EXPECT_EQ(server_.integer("SELECT count(*) FROM sqlite_schema"
                              " WHERE name IN ('site_visit.lead', 'site_visit.logged_by')"),
              0);
}

TEST_F(PlansTest, AVisitIsLoggedWithoutAWalk) {
    const std::string body =
        R"({"property_id":)" +
        std::to_string(
            server_.integer("SELECT max(id) FROM property WHERE status = 'published' AND business_id ="
                            " (SELECT business_id FROM \"user\" WHERE email = 'john@example.com')")) +
        R"(,"visit_date":"2026-05-10","visit_time":"11:30","accompanying_staff":"Office"})";
    const Plans plans = plans_of(Method::post, lead_ + "/visits", admin_, body);
    EXPECT_EQ(walks(plans), Plans{}) << text_of(plans);
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
