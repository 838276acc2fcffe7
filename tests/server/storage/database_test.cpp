// Transactions and snapshots, on every implementation.
#include "storage/database.hpp"

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "storage_contract.hpp"

namespace fieldsync::server::storage::test {
namespace {

using Kind = StorageError::Kind;

constexpr std::string_view insert_sql = "INSERT INTO note (id, title) VALUES (?1, ?2)";
constexpr std::string_view count_sql = "SELECT count(*) FROM note";

class DatabaseTest : public StorageContract {};

void insert_note_nine(Connection& connection) {
    connection.execute(insert_sql, {9, "nine"});
}

TEST_P(DatabaseTest, what_was_written_survives_closing) {
    database().write([](Connection& connection) { connection.execute(insert_sql, {1, "kept"}); });
    close();
    const auto reopened = open();
    EXPECT_EQ(reopened->read([](Connection& connection) { return connection.integer(count_sql); }), 1);
}

TEST_P(DatabaseTest, read_and_write_return_what_their_function_returns) {
    const std::string title = database().write([](Connection& connection) {
        connection.execute(insert_sql, {1, "answer"});
        return std::string("written");
    });
    EXPECT_EQ(title, "written");
    EXPECT_EQ(database().read([](Connection&) { return 42; }), 42);
    database().write(insert_note_nine);
    EXPECT_EQ(notes(), 2);
}

TEST_P(DatabaseTest, a_write_that_throws_leaves_nothing) {
    EXPECT_THROW(database().write([](Connection& connection) {
        connection.execute(insert_sql, {1, "lost"});
        throw std::runtime_error("no");
    }),
                 std::runtime_error);
    EXPECT_EQ(notes(), 0);
    database().write(insert_note_nine);
    EXPECT_EQ(notes(), 1) << "the writer still works";
}

TEST_P(DatabaseTest, a_write_inside_a_write_is_refused_instead_of_waiting_for_itself) {
    database().write([this](Connection&) {
        EXPECT_EQ(storage_error_of([this] { database().write(insert_note_nine); }).kind(), Kind::other);
    });
    database().write(insert_note_nine);
    EXPECT_EQ(notes(), 1);
}

TEST_P(DatabaseTest, a_reader_keeps_its_snapshot_while_others_commit) {
    database().read([this](Connection& reader) {
        EXPECT_EQ(reader.integer(count_sql), 0);
        database().write([&](Connection& writer) {
            writer.execute(insert_sql, {1, "new"});
            EXPECT_EQ(reader.integer(count_sql), 0) << "not committed";
        });
        EXPECT_EQ(reader.integer(count_sql), 0) << "committed after the snapshot";
        EXPECT_EQ(notes(), 1) << "a new snapshot sees it";
    });
}

TEST_P(DatabaseTest, a_reader_cannot_write) {
    EXPECT_THROW(database().read(insert_note_nine), StorageError);
    EXPECT_EQ(notes(), 0);
}

TEST_P(DatabaseTest, a_read_that_throws_frees_its_reader) {
    for (int i = 0; i < 5; ++i) {  // more often than there are readers
        EXPECT_THROW(database().read([](Connection&) { throw std::runtime_error("no"); }),
                     std::runtime_error);
    }
    EXPECT_EQ(notes(), 0);
}

TEST_P(DatabaseTest, readers_wait_for_each_other_when_there_are_more_than_connections) {
    std::vector<std::thread> threads;
    threads.reserve(8);
    std::latch start(8);
    std::atomic<int> inside = 0;
    std::atomic<int> most_inside = 0;
    std::atomic<int> done = 0;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            start.arrive_and_wait();
            for (int round = 0; round < 50; ++round) {
                database().read([&](Connection& connection) {
                    const int now = ++inside;
                    for (int most = most_inside;
                         now > most && !most_inside.compare_exchange_weak(most, now);) {
                    }
                    if (connection.integer(count_sql) == 0) ++done;
                    --inside;
                });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(done, 400);
    EXPECT_LE(most_inside, 2) << "readers_max of the contract's fixture";
}

TEST_P(DatabaseTest, writers_take_turns) {
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this] {
            for (int round = 0; round < 10; ++round) {
                database().write([](Connection& connection) {
                    const std::int64_t next = connection.integer("SELECT max(id) FROM note").value_or(0) + 1;
                    connection.execute("INSERT INTO note (id) VALUES (?1)", {next});
                });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(notes(), 40);
}

TEST_P(DatabaseTest, the_format_version_is_set_with_its_transaction) {
    EXPECT_THROW(database().write([](Connection& connection) {
        connection.set_format_version(1);
        throw std::runtime_error("the migration failed");
    }),
                 std::runtime_error);
    EXPECT_EQ(database().read([](Connection& connection) { return connection.format_version(); }), 0);
    database().write([](Connection& connection) { connection.set_format_version(1); });
    EXPECT_EQ(database().read([](Connection& connection) { return connection.format_version(); }), 1);
}

TEST_P(DatabaseTest, a_newer_database_is_refused_and_both_numbers_are_named) {
    database().write([](Connection& connection) { connection.set_format_version(17); });
    close();
    const StorageError error = storage_error_of([this] { open(12); });
    EXPECT_EQ(error.kind(), Kind::newer_database);
    EXPECT_NE(std::string(error.what()).find("17"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("12"), std::string::npos) << error.what();
    EXPECT_NO_THROW(open(17));
    EXPECT_NO_THROW(open(18));
}

FIELDSYNC_ON_EVERY_STORAGE(DatabaseTest);

}  // namespace
}  // namespace fieldsync::server::storage::test
