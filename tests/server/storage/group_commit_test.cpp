// Group commit: who shares a transaction, who is answered what, and what a failure costs.
#include "storage/group_commit.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "storage_contract.hpp"

namespace fieldsync::server::storage::test {
namespace {

constexpr std::string_view insert_sql = "INSERT INTO note (id, title) VALUES (?1, ?2)";

// Holds what was posted until the test runs it.
class ManualExecutor {
  public:
    GroupCommit::Post post() {
        return [this](std::function<void()> run) { posted_.push_back(std::move(run)); };
    }
    std::size_t posted() const { return posted_.size(); }
    void run_all() {
        while (!posted_.empty()) {
            const auto run = std::move(posted_.front());
            posted_.pop_front();
            run();
        }
    }

  private:
    std::deque<std::function<void()>> posted_;
};

// Runs what was posted on a thread of its own.
class ThreadExecutor {
  public:
    ThreadExecutor() : thread_([this] { run(); }) {}
    ~ThreadExecutor() {
        post(nullptr);
        thread_.join();
    }
    void post(std::function<void()> run) {
        {
            const std::lock_guard lock(mutex_);
            posted_.push_back(std::move(run));
        }
        changed_.notify_one();
    }

  private:
    void run() {
        while (true) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !posted_.empty(); });
            const auto next = std::move(posted_.front());
            posted_.pop_front();
            lock.unlock();
            if (!next) return;
            next();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> posted_;
    std::thread thread_;
};

// Does something at the given point, and records the points that were reached.
class ScriptedPoints final : public CommitPoints {
  public:
    void reached(std::string_view point) override {
        trace.emplace_back(point);
        if (point == at && then) then();
    }

    std::string_view at;
    std::function<void()> then;
    std::vector<std::string> trace;
};

// What happened to a job; outlives it.
struct Outcome {
    int runs = 0;
    int committed = 0;
    int failed = 0;
    bool falls_back = false;
    JobFailure failure = JobFailure::server_error;
    std::string reason;
};

class NoteJob final : public WriteJob {
  public:
    using Extra = std::function<void(Connection&, const Outcome&)>;

    NoteJob(int id, Outcome& outcome, Extra extra = nullptr)
        : id_(id), outcome_(outcome), extra_(std::move(extra)) {}

    bool fall_back() noexcept override {
        if (!outcome_.falls_back) return false;
        extra_ = nullptr;
        outcome_.falls_back = false;
        return true;
    }
    void run(Connection& connection) override {
        ++outcome_.runs;
        connection.execute(insert_sql, {id_, "note " + std::to_string(id_)});
        if (extra_) extra_(connection, outcome_);
    }
    void committed() noexcept override { ++outcome_.committed; }
    void failed(JobFailure failure, const std::string& reason) noexcept override {
        ++outcome_.failed;
        outcome_.failure = failure;
        outcome_.reason = reason;
    }

  private:
    int id_;
    Outcome& outcome_;
    Extra extra_;
};

// A database whose connection is lost.
class LostDatabase final : public Database {
  public:
    Dialect dialect() const noexcept override { return Dialect::sqlite; }
    std::uint64_t statements_run() const noexcept override { return 0; }

    int writes = 0;

  private:
    void read_snapshot(FunctionRef<void(Connection&)>) override {}
    void write_transaction(FunctionRef<void(Connection&)>) override {
        ++writes;
        throw std::runtime_error("lost");
    }
};

class GroupCommitTest : public StorageContract {
  protected:
    GroupCommitTest() { make({}); }
    ~GroupCommitTest() override { group_commit_.reset(); }

    void make(GroupLimits limits) {
        group_commit_ = std::make_unique<GroupCommit>(database(), points_, executor_.post(), limits);
    }
    GroupCommit& group_commit() { return *group_commit_; }
    void destroy() { group_commit_.reset(); }

    bool submit(int id, Outcome& outcome, NoteJob::Extra extra = nullptr) {
        return group_commit_->submit(std::make_unique<NoteJob>(id, outcome, std::move(extra)));
    }
    void submit_many(std::vector<Outcome>& outcomes) {
        for (std::size_t i = 0; i < outcomes.size(); ++i)
            ASSERT_TRUE(submit(static_cast<int>(i), outcomes[i]));
    }

    ManualExecutor executor_;
    ScriptedPoints points_;

  private:
    std::unique_ptr<GroupCommit> group_commit_;
};

void expect_committed(const std::vector<Outcome>& outcomes) {
    for (const Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.committed, 1);
        EXPECT_EQ(outcome.failed, 0) << outcome.reason;
    }
}

TEST_P(GroupCommitTest, jobs_waiting_at_the_same_moment_share_one_transaction) {
    std::vector<Outcome> outcomes(20);
    submit_many(outcomes);
    EXPECT_EQ(executor_.posted(), 1U) << "one pump at a time";
    EXPECT_EQ(group_commit().waiting(), 20U);
    executor_.run_all();
    expect_committed(outcomes);
    EXPECT_EQ(notes(), 20);
    EXPECT_EQ(group_commit().groups(), 1U);
    EXPECT_EQ(group_commit().jobs(), 20U);
    EXPECT_EQ(group_commit().largest_group(), 20U);
    EXPECT_EQ(group_commit().waiting(), 0U);
    EXPECT_EQ(points_.trace, (std::vector<std::string>{"group.begin", "group.applied", "group.committed",
                                                       "group.answered"}));
}

TEST_P(GroupCommitTest, a_group_has_a_largest_size) {
    make({.queue_jobs_max = 100, .group_jobs_max = 8});
    std::vector<Outcome> outcomes(20);
    submit_many(outcomes);
    executor_.run_all();
    expect_committed(outcomes);
    EXPECT_EQ(group_commit().groups(), 3U);
    EXPECT_EQ(group_commit().largest_group(), 8U);
}

TEST_P(GroupCommitTest, nobody_is_answered_before_the_commit) {
    std::vector<Outcome> outcomes(3);
    points_.at = commit_point::group_applied;
    points_.then = [&] {
        for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.committed, 0);
        EXPECT_EQ(notes(), 0);
    };
    submit_many(outcomes);
    executor_.run_all();
    expect_committed(outcomes);
}

TEST_P(GroupCommitTest, the_work_is_visible_when_its_answer_comes) {
    class Asks final : public WriteJob {
      public:
        explicit Asks(std::function<void()> ask) : ask_(std::move(ask)) {}
        void run(Connection& connection) override { connection.execute(insert_sql, {1, "seen"}); }
        void committed() noexcept override { ask_(); }
        void failed(JobFailure, const std::string&) noexcept override {}

      private:
        std::function<void()> ask_;
    };
    std::int64_t seen = -1;
    group_commit().submit(std::make_unique<Asks>([&] { seen = notes_titled("seen"); }));
    executor_.run_all();
    EXPECT_EQ(seen, 1);
}

TEST_P(GroupCommitTest, a_job_that_fails_in_the_group_loses_nobody_and_is_run_again_alone) {
    std::vector<Outcome> outcomes(5);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        submit(static_cast<int>(i), outcomes[i], [i](Connection&, const Outcome& outcome) {
            if (i == 2 && outcome.runs == 1) throw std::runtime_error("only in company");
        });
    }
    executor_.run_all();
    expect_committed(outcomes);
    EXPECT_EQ(outcomes[0].runs, 2) << "once in the group, once alone";
    EXPECT_EQ(outcomes[2].runs, 2);
    EXPECT_EQ(outcomes[4].runs, 1) << "the group had failed before its turn";
    EXPECT_EQ(notes(), 5);
    EXPECT_EQ(group_commit().groups(), 5U);
    EXPECT_EQ(group_commit().groups_rerun(), 1U);
}

TEST_P(GroupCommitTest, a_job_that_fails_alone_three_times_is_a_server_error) {
    std::vector<Outcome> outcomes(4);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        submit(static_cast<int>(i), outcomes[i], [i](Connection& connection, const Outcome&) {
            if (i == 1) connection.execute(insert_sql, {100, "note 0"});  // a unique title, taken
        });
    }
    executor_.run_all();
    EXPECT_EQ(outcomes[1].runs, 4) << "once in the group, three times alone";
    EXPECT_EQ(outcomes[1].committed, 0);
    EXPECT_EQ(outcomes[1].failed, 1);
    EXPECT_EQ(outcomes[1].failure, JobFailure::server_error);
    EXPECT_NE(outcomes[1].reason.find(insert_sql), std::string::npos) << outcomes[1].reason;
    outcomes.erase(outcomes.begin() + 1);
    expect_committed(outcomes);
    EXPECT_EQ(notes(), 3) << "nothing of the failed one";
}

TEST_P(GroupCommitTest, a_job_that_falls_back_is_written_before_those_behind_it) {
    std::vector<Outcome> outcomes(3);
    int written_before = -1;
    outcomes[0].falls_back = true;
    submit(0, outcomes[0], [](Connection&, const Outcome&) { throw 17; });
    submit(1, outcomes[1], [&](Connection&, const Outcome&) { written_before = outcomes[0].committed; });
    submit(2, outcomes[2]);
    executor_.run_all();
    EXPECT_EQ(outcomes[0].failed, 0);
    EXPECT_EQ(written_before, 1);
    expect_committed(outcomes);
    EXPECT_EQ(notes(), 3);
}

TEST_P(GroupCommitTest, a_job_that_came_alone_has_three_runs_too) {
    Outcome outcome;
    submit(1, outcome, [](Connection&, const Outcome&) { throw 17; });
    executor_.run_all();
    EXPECT_EQ(outcome.runs, 3);
    EXPECT_EQ(outcome.failure, JobFailure::server_error);
    EXPECT_EQ(outcome.failed, 1);
}

TEST_P(GroupCommitTest, what_the_storage_refuses_to_the_end_is_not_held_against_the_job) {
    Outcome outcome;
    submit(1, outcome, [](Connection&, const Outcome&) {
        throw StorageError(StorageError::Kind::full, "no room for this much");
    });
    executor_.run_all();
    EXPECT_EQ(outcome.runs, 3);
    EXPECT_EQ(outcome.failed, 1);
    EXPECT_EQ(outcome.failure, JobFailure::unavailable);
}

TEST_P(GroupCommitTest, when_the_storage_is_gone_the_whole_group_is_unavailable_and_the_next_one_is_tried) {
    std::vector<Outcome> outcomes(3);
    submit_many(outcomes);
    const auto other = open();
    other->write([&](Connection&) { executor_.run_all(); });  // keeps the write lock meanwhile
    for (const Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.runs, 0);
        EXPECT_EQ(outcome.committed, 0);
        EXPECT_EQ(outcome.failed, 1);
        EXPECT_EQ(outcome.failure, JobFailure::unavailable);
        EXPECT_FALSE(outcome.reason.empty());
    }
    EXPECT_EQ(notes(), 0);
    std::vector<Outcome> later(2);
    submit_many(later);
    executor_.run_all();
    expect_committed(later);
}

TEST(GroupCommitOnLostStorage, the_first_failed_probe_settles_the_whole_group) {
    LostDatabase database;
    NoCommitPoints no_points;
    ManualExecutor executor;
    GroupCommit group_commit(database, no_points, executor.post());
    std::vector<Outcome> outcomes(3);
    for (Outcome& outcome : outcomes) group_commit.submit(std::make_unique<NoteJob>(1, outcome));
    executor.run_all();
    EXPECT_EQ(database.writes, 3) << "the group, the first job alone, the probe";
    for (const Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.failed, 1);
        EXPECT_EQ(outcome.failure, JobFailure::unavailable);
    }
}

TEST_P(GroupCommitTest, a_failure_just_before_the_commit_leaves_nothing_and_the_jobs_run_again) {
    std::vector<Outcome> outcomes(4);
    bool first = true;
    std::int64_t notes_after_failure = -1;
    points_.at = commit_point::group_applied;
    points_.then = [&] {
        if (!std::exchange(first, false)) return;
        points_.at = commit_point::group_begin;
        points_.then = [&] {
            if (notes_after_failure < 0) notes_after_failure = notes();
        };
        throw StorageError(StorageError::Kind::full, "disk full at the commit");
    };
    submit_many(outcomes);
    executor_.run_all();
    EXPECT_EQ(notes_after_failure, 0) << "the group was rolled back before the first job ran again";
    expect_committed(outcomes);
    for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.runs, 2);
    EXPECT_EQ(notes(), 4);
}

TEST_P(GroupCommitTest, a_kill_before_the_commit_leaves_nothing_and_answers_nobody) {
    std::vector<Outcome> outcomes(3);
    points_.at = commit_point::group_applied;
    points_.then = [] { throw Killed{}; };
    submit_many(outcomes);
    EXPECT_THROW(executor_.run_all(), Killed);
    for (const Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.runs, 1);
        EXPECT_EQ(outcome.committed + outcome.failed, 0);
    }
    Outcome refused;
    EXPECT_FALSE(submit(50, refused)) << "a dead process takes nothing";
    group_commit().drain();
    destroy();
    EXPECT_EQ(notes(), 0);
}

TEST_P(GroupCommitTest, a_kill_after_the_commit_leaves_everything_and_answers_nobody) {
    std::vector<Outcome> outcomes(3);
    points_.at = commit_point::group_committed;
    points_.then = [] { throw Killed{}; };
    submit_many(outcomes);
    EXPECT_THROW(executor_.run_all(), Killed);
    for (const Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.runs, 1);
        EXPECT_EQ(outcome.committed + outcome.failed, 0);
    }
    EXPECT_EQ(notes(), 3);
}

TEST_P(GroupCommitTest, a_full_queue_refuses_and_leaves_the_job_with_its_caller) {
    make({.queue_jobs_max = 2, .group_jobs_max = 2});
    std::vector<Outcome> outcomes(2);
    submit_many(outcomes);
    Outcome refused;
    std::unique_ptr<WriteJob> job = std::make_unique<NoteJob>(9, refused);
    EXPECT_FALSE(group_commit().submit(std::move(job)));
    ASSERT_NE(job, nullptr);
    executor_.run_all();
    expect_committed(outcomes);
    EXPECT_TRUE(group_commit().submit(std::move(job)));
    executor_.run_all();
    EXPECT_EQ(refused.committed, 1);
}

TEST_P(GroupCommitTest, after_stop_the_queue_still_drains) {
    std::vector<Outcome> outcomes(3);
    submit_many(outcomes);
    group_commit().stop();
    Outcome refused;
    EXPECT_FALSE(submit(9, refused));
    group_commit().drain();
    expect_committed(outcomes);
    destroy();
    executor_.run_all();  // the pump that was posted and never needed
    EXPECT_EQ(notes(), 3);
}

TEST_P(GroupCommitTest, a_job_answered_may_submit_the_next) {
    class Chain final : public WriteJob {
      public:
        Chain(GroupCommit& group_commit, int id) : group_commit_(group_commit), id_(id) {}
        void run(Connection& connection) override { connection.execute(insert_sql, {id_, nullptr}); }
        void committed() noexcept override {
            if (id_ < 5) group_commit_.submit(std::make_unique<Chain>(group_commit_, id_ + 1));
        }
        void failed(JobFailure, const std::string&) noexcept override {}

      private:
        GroupCommit& group_commit_;
        int id_;
    };
    group_commit().submit(std::make_unique<Chain>(group_commit(), 1));
    executor_.run_all();
    EXPECT_EQ(notes(), 5);
}

TEST_P(GroupCommitTest, threads_submit_while_a_writer_thread_commits) {
    constexpr int threads_count = 4;
    constexpr int jobs_each = 100;
    std::vector<Outcome> outcomes(threads_count * jobs_each);
    NoCommitPoints no_points;
    {
        ThreadExecutor executor;
        GroupCommit concurrent(database(), no_points,
                               [&](std::function<void()> run) { executor.post(std::move(run)); });
        std::vector<std::thread> threads;
        threads.reserve(threads_count);
        for (int t = 0; t < threads_count; ++t) {
            threads.emplace_back([&, t] {
                for (int j = 0; j < jobs_each; ++j) {
                    const int id = t * jobs_each + j;
                    concurrent.submit(std::make_unique<NoteJob>(id, outcomes[static_cast<std::size_t>(id)]));
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        concurrent.stop();
        concurrent.drain();
        EXPECT_EQ(concurrent.jobs(), outcomes.size());
        EXPECT_LE(concurrent.groups(), outcomes.size());
    }
    expect_committed(outcomes);
    EXPECT_EQ(notes(), threads_count * jobs_each);
}

FIELDSYNC_ON_EVERY_STORAGE(GroupCommitTest);

}  // namespace
}  // namespace fieldsync::server::storage::test
