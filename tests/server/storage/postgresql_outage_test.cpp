// A PostgreSQL server that goes away, hangs or loses connections, and comes back.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "storage/group_commit.hpp"
#include "storage/postgresql_database.hpp"
#include "storage/postgresql_reach.hpp"
#include "storage_contract.hpp"
#include "support/postgresql.hpp"
#include "support/postgresql_proxy.hpp"

namespace fieldsync::server::storage::test {
namespace {

using Kind = StorageError::Kind;
using fieldsync::testing::PostgresqlProxy;
using Cut = PostgresqlProxy::Cut;
using namespace std::chrono_literals;

constexpr std::string_view insert_sql = "INSERT INTO note (id) VALUES (?1)";

class PostgresqlOutage : public ::testing::Test {
  protected:
    PostgresqlOutage() {
        options_.uri = proxy_.uri() + "&connect_timeout=2";
        options_.monotonic_us = [this] { return now_us_.load(); };
        open();
        database_->write(
            [](Connection& connection) { connection.script("CREATE TABLE note (id BIGINT PRIMARY KEY)"); });
    }

    void open() {
        database_.reset();
        database_ = open_postgresql(options_);
    }
    void insert(std::int64_t id) {
        database_->write_beside_others(
            [id](Connection& connection) { connection.execute(insert_sql, {id}); });
    }
    std::int64_t notes() {
        return database_
            ->read([](Connection& connection) { return connection.integer("SELECT count(*) FROM note"); })
            .value();
    }
    Kind kind_of_read() {
        return storage_error_of([this] { notes(); }).kind();
    }

    fieldsync::testing::PostgresqlSchema schema_;
    PostgresqlProxy proxy_{schema_.uri()};
    std::atomic<std::int64_t> now_us_ = 0;
    PostgresqlOptions options_;
    std::unique_ptr<Database> database_;
};

TEST_F(PostgresqlOutage, AfterAFailedConnectNobodyTriesForASecond) {
    proxy_.silence();
    EXPECT_EQ(kind_of_read(), Kind::unavailable) << "it accepts and never answers";
    const std::size_t accepted = proxy_.accepted();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(kind_of_read(), Kind::unavailable);
    EXPECT_EQ(proxy_.accepted(), accepted);

    proxy_.speak();
    EXPECT_EQ(kind_of_read(), Kind::unavailable) << "not yet";
    now_us_ += 1'000'000;
    EXPECT_EQ(notes(), 0) << "by itself";
    insert(1);
    EXPECT_EQ(notes(), 1);
}

TEST(PostgresqlReach, WhileOneTriesAgainTheOthersAreRefused) {
    std::int64_t now_us = 0;
    PostgresqlReach reach([&now_us] { return now_us; });
    const auto fails = []() -> int { throw StorageError(Kind::unavailable, "away"); };
    EXPECT_THROW(reach.through(fails), StorageError);
    now_us += 1'000'000;
    EXPECT_EQ(reach.through([&] {
        EXPECT_THROW(reach.through([] { return 1; }), StorageError);
        return 2;
    }),
              2);
    EXPECT_EQ(reach.through([] { return 3; }), 3);
}

TEST(PostgresqlReach, WhatIsWrongWithTheRequestDoesNotKeepOthersOut) {
    PostgresqlReach reach([] { return std::int64_t{0}; });
    EXPECT_THROW(reach.through([]() -> int { throw StorageError(Kind::other, "too old"); }), StorageError);
    EXPECT_EQ(reach.through([] { return 1; }), 1);
}

TEST_F(PostgresqlOutage, AnAnswerThatDoesNotComeIsNotWaitedForForEver) {
    options_.statement_timeout = 200ms;
    options_.answer_grace = 100ms;
    open();
    const StorageError error = storage_error_of([this] {
        database_->read([this](Connection& connection) {
            proxy_.silence();
            connection.integer("SELECT 1");
        });
    });
    EXPECT_EQ(error.kind(), Kind::unavailable) << error.what();
    proxy_.speak();
    EXPECT_EQ(notes(), 0);
}

TEST_F(PostgresqlOutage, ConnectionsThatTheServerClosedMeanwhileAreReplaced) {
    database_->read([this](Connection&) { notes(); });  // two of them
    insert(1);
    proxy_.hang_up();
    database_->read([this](Connection&) { EXPECT_EQ(notes(), 1); });
    insert(2);
    EXPECT_EQ(notes(), 2);
}

TEST_F(PostgresqlOutage, AFreeConnectionIsWaitedForAWhile) {
    options_.readers_max = 1;
    options_.connection_wait = 20ms;
    open();
    database_->read([this](Connection&) { EXPECT_EQ(kind_of_read(), Kind::busy); });
    EXPECT_EQ(notes(), 0);
}

// --- a COMMIT whose answer does not come

TEST_F(PostgresqlOutage, ACommitWhoseAnswerIsLostHasCommitted) {
    insert(1);
    proxy_.cut_at_commit(Cut::answer);
    EXPECT_NO_THROW(insert(2));
    EXPECT_EQ(notes(), 2);
    proxy_.cut_at_commit(Cut::answer);
    EXPECT_NO_THROW(database_->write([](Connection& connection) { connection.execute(insert_sql, {3}); }));
    EXPECT_EQ(notes(), 3);
}

TEST_F(PostgresqlOutage, ACommitThatArrivesWhileItIsLookedForIsWaitedFor) {
    insert(1);
    proxy_.cut_at_commit(Cut::late);
    EXPECT_NO_THROW(insert(2));
    EXPECT_EQ(notes(), 2);
}

TEST_F(PostgresqlOutage, ACommitThatDoesNotArriveHasNot) {
    insert(1);
    proxy_.cut_at_commit(Cut::commit);
    EXPECT_EQ(storage_error_of([this] { insert(2); }).kind(), Kind::unavailable);
    EXPECT_EQ(notes(), 1);
    insert(2);
    EXPECT_EQ(notes(), 2);
}

TEST_F(PostgresqlOutage, ACommitThatNobodyCanTellOfIsUnavailable) {
    options_.outcome_wait = 0ms;
    open();
    insert(1);
    proxy_.cut_at_commit_for_good();
    const StorageError error = storage_error_of([this] { insert(2); });
    EXPECT_EQ(error.kind(), Kind::unavailable);
    EXPECT_NE(std::string(error.what()).find("outcome is not known"), std::string::npos) << error.what();
    now_us_ += 1'000'000;
    proxy_.speak();
    EXPECT_EQ(notes(), 2) << "it was";
}

// Inserts a note; counts what happens to it.
class NoteJob final : public WriteJob {
  public:
    struct Seen {
        int runs = 0, committed = 0, failed = 0;
    };
    NoteJob(std::int64_t id, Seen& seen) : id_(id), seen_(seen) {}
    void run(Connection& connection) override {
        ++seen_.runs;
        connection.execute(insert_sql, {id_});
    }
    void committed() noexcept override { ++seen_.committed; }
    void failed(JobFailure, const std::string&) noexcept override { ++seen_.failed; }

  private:
    std::int64_t id_;
    Seen& seen_;
};

TEST_F(PostgresqlOutage, AJobIsRunAgainWhenItsCommitDidNotArriveAndNotWhenItDid) {
    NoCommitPoints points;
    GroupCommit commits(*database_, points, [](const std::function<void()>& run) { run(); });
    NoteJob::Seen arrived, lost;
    proxy_.cut_at_commit(Cut::answer);
    ASSERT_TRUE(commits.submit(std::make_unique<NoteJob>(1, arrived)));
    proxy_.cut_at_commit(Cut::commit);
    ASSERT_TRUE(commits.submit(std::make_unique<NoteJob>(2, lost)));
    EXPECT_EQ(arrived.runs, 1);
    EXPECT_EQ(arrived.committed, 1);
    EXPECT_EQ(lost.runs, 2);
    EXPECT_EQ(lost.committed, 1);
    EXPECT_EQ(lost.failed, 0);
    EXPECT_EQ(notes(), 2);
}

// --- a server that is restarted as after a crash

TEST(PostgresqlRestart, WhatWasAcknowledgedIsThereAndWritersGoOn) {
    fieldsync::testing::PostgresqlServer server;
    PostgresqlOptions options;
    options.uri = server.uri();
    const auto database = open_postgresql(options);
    database->write(
        [](Connection& connection) { connection.script("CREATE TABLE note (id BIGINT PRIMARY KEY)"); });
    std::atomic<bool> is_over = false;
    std::atomic<int> written = 0;
    std::mutex mutex;
    std::vector<std::int64_t> acknowledged;
    std::vector<std::thread> writers;
    writers.reserve(4);
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&, writer] {
            for (std::int64_t i = 0; !is_over; ++i) {
                const std::int64_t id = writer * 1'000'000 + i;
                try {
                    database->write_beside_others(
                        [id](Connection& connection) { connection.execute(insert_sql, {id}); });
                } catch (const StorageError& error) {
                    EXPECT_TRUE(error.blames_storage()) << error.what();
                    std::this_thread::sleep_for(1ms);
                    continue;
                }
                ++written;
                const std::lock_guard lock(mutex);
                acknowledged.push_back(id);
            }
        });
    const auto wait_for = [&](int more) {
        const auto give_up_at = std::chrono::steady_clock::now() + 60s;
        for (const int until = written + more; written < until;) {
            ASSERT_LT(std::chrono::steady_clock::now(), give_up_at) << "nobody writes";
            std::this_thread::sleep_for(1ms);
        }
    };
    for (int restarts = 0; restarts < 3; ++restarts) {
        wait_for(50);
        server.restart();
    }
    wait_for(50);
    is_over = true;
    for (std::thread& writer : writers) writer.join();
    database->read([&](Connection& connection) {
        for (const std::int64_t id : acknowledged)
            EXPECT_EQ(connection.integer("SELECT count(*) FROM note WHERE id = ?1", {id}), 1) << id;
    });
}

}  // namespace
}  // namespace fieldsync::server::storage::test
