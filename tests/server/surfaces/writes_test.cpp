// What stands around a write: the queue, the writer's refusals, and the reading back.
#include <gtest/gtest.h>

#include "demo_server.hpp"
#include "storage/errors.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

TEST(WritesTest, WhenTheQueueTakesNoMoreTheClientIsToComeBack) {
    DemoServer server;
    const std::string note = "/api/leads/" + std::to_string(server.lead_of("Ankit")) + "/notes";
    const std::string rahul = server.rahul();
    server.writes.stop();
    for (const auto& [method, target] :
         {std::pair{Method::post, note}, std::pair{Method::post, std::string("/api/auth/logout")}}) {
        const Answered answer = server.call(method, target, rahul, R"({"note": "hello"})");
        EXPECT_EQ(answer.status, 503U) << target;
        EXPECT_EQ(answer.response.header("Retry-After"), "1");
        EXPECT_FALSE(answer.at("status").as_bool());
    }
    EXPECT_EQ(server.get("/api/auth/me", rahul).status, 200U);
}

class AwayDatabase final : public storage::Database {
  public:
    storage::Dialect dialect() const noexcept override { return storage::Dialect::postgresql; }
    std::uint64_t statements_run() const noexcept override { return 0; }

  private:
    void read_snapshot(storage::FunctionRef<void(storage::Connection&)>) override { fail(); }
    void write_transaction(storage::FunctionRef<void(storage::Connection&)>) override { fail(); }
    [[noreturn]] static void fail() {
        throw storage::StorageError(storage::StorageError::Kind::unavailable, "connection refused");
    }
};

TEST(WritesTest, WhileTheDatabaseIsAwayTheClientIsToComeBack) {
    DemoServer server;
    const std::string rahul = server.rahul();
    const RecordTables tables(schema::Schema::current());
    AwayDatabase away;
    Services services{away,          server.writes,  tables,       server.clock,
                      server.random, server.sign_in, server.reads, "https://crm.example.com"};
    server.router = http::Router();
    mount_crm(server.router, services);
    const Answered answer = server.get("/api/leads", rahul);
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.response.header("Retry-After"), "1");
    EXPECT_FALSE(answer.at("status").as_bool());
}

TEST(WritesTest, WhenTooManyReadsWaitTheClientIsToComeBack) {
    DemoServer server;
    const std::string rahul = server.rahul();
    std::vector<std::function<void()>> posted;
    storage::ReadBridge full(
        false, [&](std::function<void()> work) { posted.push_back(std::move(work)); }, 1);
    ASSERT_TRUE(full.run([] {}));
    const RecordTables tables(schema::Schema::current());
    Services services{*server.database, server.writes,  tables, server.clock,
                      server.random,    server.sign_in, full,   "https://crm.example.com"};
    server.router = http::Router();
    mount_crm(server.router, services);
    const Answered answer = server.get("/api/leads", rahul);
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.response.header("Retry-After"), "1");
}

// Between the check in the snapshot and the write the world may change: the write path has the last word.
TEST(WritesTest, WhatTheWritePathRefusesIsSaidInTheEndpointsWords) {
    struct Race {
        const char* meanwhile;
        unsigned status;
        const char* message;
    };
    for (const Race& race :
         {Race{"UPDATE lead SET assigned_to = NULL", 403, "You are not authorized to update this lead."},
          Race{"DELETE FROM lead", 404, "The requested resource was not found."}}) {
        DemoServer server;
        const std::string lead = "/api/leads/" + std::to_string(server.lead_of("Ankit"));
        const std::string rahul = server.rahul();
        http::Request request;
        request.method = Method::put;
        request.path = lead + "/stage";
        request.headers = {{"Authorization", "Bearer " + rahul}};
        request.path_parameters = {{"id", std::to_string(server.lead_of("Ankit"))}};
        request.body = R"({"stage_id": 4})";
        const http::Lookup lookup = server.router.find(Method::put, request.path);
        http::Answer answer = lookup.route->handler(request);
        server.change(race.meanwhile);
        http::Response response;
        std::get<http::Deferred>(answer)([&](http::Response given) { response = std::move(given); });
        EXPECT_EQ(response.status, race.status);
        EXPECT_EQ(json::parse(response.body).at("message").as_string(), race.message);
    }
}

TEST(WritesTest, AWriteIsInTheChangeLogWithItsAuthor) {
    DemoServer server;
    const std::int64_t before = server.integer("SELECT seq FROM head WHERE business_id = 1");
    server.call(Method::post, "/api/leads/" + std::to_string(server.lead_of("Ankit")) + "/notes",
                server.rahul(), R"({"note": "hello"})");
    EXPECT_EQ(server.integer("SELECT seq FROM head WHERE business_id = 1"), before + 1);
    EXPECT_EQ(server.integer("SELECT count(*) FROM log_entry e JOIN \"user\" u ON u.uid = e.author"
                             " WHERE e.business_id = 1 AND e.seq = ?1 AND u.name = 'Rahul Sharma'",
                             {before + 1}),
              1);
}

TEST(WritesTest, ARefusedBodyWritesNothing) {
    DemoServer server;
    const std::int64_t before = server.integer("SELECT seq FROM head WHERE business_id = 1");
    server.call(Method::post, "/api/leads/" + std::to_string(server.lead_of("Ankit")) + "/notes",
                server.rahul(), "{}");
    EXPECT_EQ(server.integer("SELECT seq FROM head WHERE business_id = 1"), before);
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
