// What a session does when the database fails it: the device hears what to do, the operator why.
#include "sync/session_runner.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "accounts/tokens.hpp"
#include "fieldsync/sync/codec.hpp"
#include "server/write_path/world.hpp"
#include "storage/errors.hpp"

namespace fieldsync::testing {
namespace {

// Passes everything on until it is told to fail.
class FailingDatabase final : public storage::Database {
  public:
    explicit FailingDatabase(storage::Database& inner) : inner_(inner) {}
    storage::Dialect dialect() const noexcept override { return inner_.dialect(); }
    std::uint64_t statements_run() const noexcept override { return inner_.statements_run(); }

    bool fails_reads = false, fails_writes = false;

  private:
    static void fail() {
        throw storage::StorageError(storage::StorageError::Kind::unavailable, "the disk is on fire");
    }
    void read_snapshot(storage::FunctionRef<void(storage::Connection&)> fn) override {
        if (fails_reads) fail();
        inner_.read([&](storage::Connection& connection) { fn(connection); });
    }
    void write_transaction(storage::FunctionRef<void(storage::Connection&)> fn) override {
        if (fails_writes) fail();
        inner_.write([&](storage::Connection& connection) { fn(connection); });
    }

    storage::Database& inner_;
};

class Sent final : public Carrier {
  public:
    void send(std::string encoded) override { messages.push_back(sync::decode_message(encoded).value()); }
    void finish() override {}

    // Of the goodbye that was said last.
    [[nodiscard]] std::string goodbye() const {
        const auto* said = messages.empty() ? nullptr : std::get_if<sync::Goodbye>(&messages.back());
        return said == nullptr ? "" : said->code;
    }

    std::vector<sync::Message> messages;
};

// The program's log while it lives.
class Log {
  public:
    Log() : before_(spdlog::default_logger()) {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_)));
    }
    ~Log() { spdlog::set_default_logger(before_); }
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    [[nodiscard]] bool says(const std::string& what) const {
        return lines_.str().find(what) != std::string::npos;
    }

  private:
    std::ostringstream lines_;
    std::shared_ptr<spdlog::logger> before_;
};

class SessionRunnerTest : public ::testing::Test {
  protected:
    SessionRunnerTest() {
        hello_.schema_version = schema::kSchemaVersion;
        hello_.device = world_.new_uid();
        hello_.store = world_.new_uid();
        world_.database->write([&](storage::Connection& connection) {
            const auto anna = connection.integer("SELECT id FROM \"user\" WHERE uid = ?1",
                                                 {storage::Blob(world_.anna.view())});
            hello_.token =
                accounts::issue_token(connection, world_.random, world_.business, anna.value(),
                                      accounts::Surface::sync, hello_.device, world_.clock.now_us());
        });
    }

    void say_hello() { runner_->receive(hello_); }

    World world_;
    FailingDatabase database_{*world_.database};
    storage::NoCommitPoints points_;
    WriteQueue writes_{database_, world_.path, points_, [](const std::function<void()>& run) { run(); }};
    storage::ReadBridge reads_{true, nullptr};
    SyncServices services_{database_, writes_, world_.tables, world_.clock, reads_};
    sync::Hello hello_;
    Sent sent_;
    std::shared_ptr<SessionRunner> runner_ =
        std::make_shared<SessionRunner>(services_, sent_, [](const std::function<void()>& work) { work(); });
    Log log_;
};

TEST_F(SessionRunnerTest, AnAdmissionThatCannotBeReadIsLogged) {
    database_.fails_reads = true;
    say_hello();
    EXPECT_EQ(sent_.goodbye(), "unavailable");
    EXPECT_TRUE(log_.says("sync: an admission failed: the disk is on fire"));
}

TEST_F(SessionRunnerTest, AReadThatFailsIsLogged) {
    say_hello();
    ASSERT_EQ(sent_.goodbye(), "");
    database_.fails_reads = true;
    runner_->receive(sync::Pull{});
    EXPECT_EQ(sent_.goodbye(), "unavailable");
    EXPECT_TRUE(log_.says("sync: a read failed: the disk is on fire"));
}

TEST_F(SessionRunnerTest, AWriteThatFailsIsLogged) {
    say_hello();
    ASSERT_EQ(sent_.goodbye(), "");
    database_.fails_writes = true;
    sync::ChangeSet set;
    set.uid = world_.new_uid();
    set.number = 1;
    runner_->receive(sync::Push{{set}});
    EXPECT_EQ(sent_.goodbye(), "unavailable");
    EXPECT_TRUE(log_.says("sync: a pushed write failed: "));
    EXPECT_TRUE(log_.says("the disk is on fire"));
}

// --- reads on other threads: the test runs them when it likes

class SessionRunnerOffStrand : public SessionRunnerTest {
  protected:
    void run_reads() {
        while (!posted_.empty()) {
            const auto work = std::exchange(posted_, {});
            for (const auto& run : work) run();
        }
    }
    [[nodiscard]] sync::Push push() {
        sync::ChangeSet set;
        set.uid = world_.new_uid();
        set.number = ++number_;
        set.changes = {world_.insert(entity::note, world_.new_uid(),
                                     {{"lead", world_.lead}, {"note", std::string("by the road")}})};
        return {{set}};
    }
    [[nodiscard]] std::vector<std::size_t> kinds() const {
        std::vector<std::size_t> kinds;
        for (const sync::Message& message : sent_.messages) kinds.push_back(message.index());
        return kinds;
    }
    template <class M>
    static std::size_t kind() {
        return sync::Message(M{}).index();
    }

    std::vector<std::function<void()>> posted_;
    std::uint64_t number_ = 0;
    storage::ReadBridge off_strand_{
        false, [this](std::function<void()> work) { posted_.push_back(std::move(work)); }, 2};
    SyncServices services_off_strand_{database_, writes_, world_.tables, world_.clock, off_strand_};
    std::shared_ptr<SessionRunner> runner_off_strand_ = std::make_shared<SessionRunner>(
        services_off_strand_, sent_, [](const std::function<void()>& work) { work(); });
};

TEST_F(SessionRunnerOffStrand, MessagesAreAnsweredInTheirOrderHoweverLateTheReadsAre) {
    runner_off_strand_->receive(hello_);
    runner_off_strand_->receive(push());
    runner_off_strand_->receive(push());
    runner_off_strand_->receive(sync::Pull{});
    EXPECT_TRUE(sent_.messages.empty());
    EXPECT_FALSE(runner_off_strand_->is_idle());
    run_reads();
    ASSERT_GE(sent_.messages.size(), 4U);
    std::vector<std::size_t> first = kinds();
    first.resize(4);
    EXPECT_EQ(first, (std::vector{kind<sync::Welcome>(), kind<sync::Receipts>(), kind<sync::Receipts>(),
                                  kind<sync::Chunk>()}));
    EXPECT_TRUE(runner_off_strand_->is_idle());
    EXPECT_EQ(world_.all(entity::note).size(), 2U);
}

TEST_F(SessionRunnerOffStrand, APushAfterTheTokenIsGoneIsRefusedAndSoIsWhatWaitsBehindIt) {
    runner_off_strand_->receive(hello_);
    run_reads();
    world_.database->write([](storage::Connection& connection) { connection.execute("DELETE FROM token"); });
    runner_off_strand_->receive(push());
    runner_off_strand_->receive(push());
    run_reads();
    EXPECT_EQ(sent_.goodbye(), "unauthenticated");
    EXPECT_TRUE(world_.all(entity::note).empty());
}

TEST_F(SessionRunnerOffStrand, ASessionIsToldToComeBackWhenTooManyReadsWait) {
    runner_off_strand_->receive(hello_);
    run_reads();
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(off_strand_.run([] {}));
    runner_off_strand_->receive(sync::Pull{});
    EXPECT_EQ(sent_.goodbye(), "too_many_requests");
    run_reads();
    EXPECT_TRUE(off_strand_.run([] {})) << "there is room again";
}

TEST_F(SessionRunnerOffStrand, WhatIsReadForACarrierThatHasGoneIsDropped) {
    runner_off_strand_->receive(hello_);
    run_reads();
    runner_off_strand_->receive(sync::Pull{});
    const std::size_t sent = sent_.messages.size();
    runner_off_strand_->detach();
    run_reads();
    EXPECT_EQ(sent_.messages.size(), sent);
}

}  // namespace
}  // namespace fieldsync::testing
