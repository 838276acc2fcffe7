// The same work on SQLite and on PostgreSQL, with the same clock and the same randomness: every answer and every row
// is the same, the change-log's bytes included.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "migration/table_rows.hpp"
#include "server/comparison/random_work.hpp"

namespace fieldsync::server::testing {
namespace {

using storage::Connection;
using storage::Dialect;
using surfaces::testing::Answered;
using surfaces::testing::DemoServer;

constexpr int kSteps = 300;

class SameOnBoth : public ::testing::TestWithParam<std::uint64_t> {
  protected:
    DemoServer sqlite{Dialect::sqlite}, postgresql{Dialect::postgresql};
    RandomWork work{GetParam(), sqlite};
    std::map<std::string, int> seen;  // what the steps came to

    SameOnBoth() {
        for (DemoServer* server : {&sqlite, &postgresql}) {
            for (const RandomWork::Device& device : work.devices())
                server->change(
                    "INSERT INTO store (business_id, uid, device, user_uid, last_number) VALUES (?1, ?2, ?2, "
                    "?3, "
                    "0)",
                    {number(device.business), storage::Blob(device.store.view()),
                     storage::Blob(device.user.view())});
            for (const char* email : {"john@example.com", "rahul@example.com", "staff@example.com"})
                tokens_[server][email] = server->token(email);
        }
    }

    static WriteOutcome write(DemoServer& server, const WriteRequest& request) {
        std::optional<WriteOutcome> outcome;
        std::string failure;
        EXPECT_TRUE(server.writes.submit(
            request, [&](const WriteOutcome& given) { outcome = given; },
            [&](const WriteFailure& failed) { failure = failed.reason; }));
        if (!outcome) throw std::runtime_error("not written: " + failure);
        return *outcome;
    }
    Answered call(DemoServer& server, const Call& call) {
        return server.call(call.method, call.target, tokens_[&server][call.email], call.body);
    }

    void take(const WriteRequest& request) {
        const WriteOutcome here = write(sqlite, request), there = write(postgresql, request);
        EXPECT_EQ(here.receipt, there.receipt) << here.receipt.message << " / " << there.receipt.message;
        EXPECT_EQ(here.wrote, there.wrote);
        EXPECT_EQ(here.must_renumber, there.must_renumber);
        EXPECT_EQ(here.last_number, there.last_number);
        EXPECT_EQ(here.head.seq, there.head.seq);
        EXPECT_EQ(here.head.stamp, there.head.stamp);
        work.answered(request, here);
        ++seen[here.must_renumber                                    ? "renumber"
               : here.receipt.status == sync::ReceiptStatus::applied ? "applied"
               : here.receipt.status == sync::ReceiptStatus::merged  ? "merged"
                                                                     : here.receipt.code];
    }
    void take(const Call& asked) {
        const Answered here = call(sqlite, asked), there = call(postgresql, asked);
        const std::string what = asked.target + " as " + asked.email + " " + asked.body;
        EXPECT_EQ(here.status, there.status) << what;
        EXPECT_EQ(here.response.body, there.response.body) << what;
        EXPECT_EQ(here.response.headers, there.response.headers) << what;
        ++seen[std::to_string(here.status)];
    }

    std::vector<std::int64_t> ids(const std::string& table) {
        std::vector<std::int64_t> all;
        sqlite.database->read([&](Connection& connection) {
            connection.query("SELECT id FROM " + table + " WHERE business_id = 1 ORDER BY id", {},
                             [&](storage::Row& row) { all.push_back(row.integer(0)); });
        });
        return all;
    }
    // Everything that the CRM shows to these people.
    void take_all_pages() {
        for (const char* email : {"john@example.com", "rahul@example.com", "staff@example.com"}) {
            const auto get = [&](const std::string& target) {
                take(Call{http::Method::get, target, email, {}});
            };
            get("/api/stages");
            get("/api/sync/conflicts?per_page=100");
            for (const char* page : {"", "?page=2&per_page=3", "?per_page=100"}) {
                get("/api/leads" + std::string(page));
                get("/api/clients" + std::string(page));
            }
            for (const char* search : {"a", "JOSHI", "%C3%84RGER", "%C3%A4rger", "%25"})
                get("/api/clients?search=" + std::string(search));
            for (const std::int64_t id : ids("lead"))
                for (const char* part : {"", "/visits", "/activity"})
                    get("/api/leads/" + std::to_string(id) + part);
            for (const std::int64_t id : ids("client"))
                for (const char* part : {"", "/requirements"})
                    get("/api/clients/" + std::to_string(id) + part);
        }
    }

    // Every table's every row; a password's hash has a salt of its own.
    void expect_the_same_rows() {
        std::vector<migration::TableShape> shapes;
        sqlite.database->read([&](Connection& connection) { shapes = migration::table_shapes(connection); });
        EXPECT_GT(shapes.size(), 30U);
        for (const migration::TableShape& shape : shapes) {
            if (shape.name == "credential") continue;
            const auto rows = [&](DemoServer& server) {
                const migration::TableRows table(shape, server.database->dialect());
                migration::Values all;
                server.database->read([&](Connection& connection) {
                    std::optional<migration::Values> after;
                    for (migration::Page page; !page.is_last;) {
                        page = table.read(connection, after);
                        if (page.rows > 0) after = table.last_key(page);
                        all.insert(all.end(), page.values.begin(), page.values.end());
                    }
                });
                return all;
            };
            const migration::Values here = rows(sqlite), there = rows(postgresql);
            EXPECT_EQ(here.size(), there.size()) << shape.name;
            const auto differs = std::mismatch(here.begin(), here.end(), there.begin(), there.end()).first;
            if (differs != here.end())
                ADD_FAILURE()
                    << shape.name << "."
                    << shape.columns[static_cast<std::size_t>(differs - here.begin()) % shape.columns.size()]
                           .name
                    << " differs";
        }
    }

  private:
    std::map<DemoServer*, std::map<std::string, std::string>> tokens_;
};

TEST_P(SameOnBoth, EveryAnswerAndEveryRowIsTheSame) {
    for (int step = 0; step < kSteps && !HasFailure(); ++step) {
        const std::int64_t pause_ms = work.pause_ms();
        for (DemoServer* server : {&sqlite, &postgresql}) server->clock.advance_ms(pause_ms);
        SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", step " + std::to_string(step));
        std::visit([&](const auto& taken) { take(taken); }, work.next());
    }
    expect_the_same_rows();
    // It would mean little if all was refused.
    EXPECT_GT(seen["applied"], kSteps / 10);
    EXPECT_GT(seen["renumber"], 0);
    EXPECT_GT(seen["200"] + seen["201"], kSteps / 20);
    for (const auto& [what, times] : seen) RecordProperty("steps_" + what, times);
    take_all_pages();
}

// Those that are always run; FIELDSYNC_SEEDS=N runs the program with the first N.
::testing::internal::ParamGenerator<std::uint64_t> seeds() {
    constexpr std::uint64_t kSeeds = 5;
    const char* const asked_for = std::getenv("FIELDSYNC_SEEDS");
    const std::uint64_t last = asked_for == nullptr ? kSeeds : std::strtoull(asked_for, nullptr, 10);
    return ::testing::Range(std::uint64_t{1}, last + 1);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SameOnBoth, seeds());

}  // namespace
}  // namespace fieldsync::server::testing
