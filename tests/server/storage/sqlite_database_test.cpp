// What only SQLite does: its file, its locks, its settings.
#include "storage/sqlite_database.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "scratch_directory.hpp"
#include "storage/limits.hpp"
#include "storage_contract.hpp"

namespace fieldsync::server::storage::test {
namespace {

using Kind = StorageError::Kind;

class SqliteDatabaseTest : public testing::Test {
  protected:
    SqliteOptions options() const {
        SqliteOptions result;
        result.path = scratch_.path() / "fieldsync.db";
        result.busy_timeout_ms = 0;
        return result;
    }

  private:
    ScratchDirectory scratch_;
};

std::int64_t setting(Connection& connection, const std::string& name) {
    return connection.integer("PRAGMA " + name).value_or(-1);
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(SqliteDatabaseTest, every_connection_is_durable_and_checks_foreign_keys) {
    const auto database = open_sqlite(options());
    const auto check = [](Connection& connection) {
        EXPECT_EQ(setting(connection, "synchronous"), 2) << "FULL";
        EXPECT_EQ(setting(connection, "foreign_keys"), 1);
        EXPECT_EQ(setting(connection, "application_id"), 0x6673796e);
        connection.query("PRAGMA journal_mode", {}, [](Row& row) { EXPECT_EQ(row.text(0), "wal"); });
    };
    database->write(check);
    database->read(check);
}

TEST_F(SqliteDatabaseTest, readers_map_the_file) {
    const auto database = open_sqlite(options());
    database->read([](Connection& connection) {
        EXPECT_EQ(setting(connection, "mmap_size"), limits::mapped_bytes_max);
    });
}

TEST_F(SqliteDatabaseTest, a_missing_file_is_unavailable_unless_it_may_be_created) {
    SqliteOptions existing = options();
    existing.create = false;
    const StorageError error = storage_error_of([&] { open_sqlite(existing); });
    EXPECT_EQ(error.kind(), Kind::unavailable);
    EXPECT_NE(std::string(error.what()).find(existing.path.string()), std::string::npos) << error.what();
    open_sqlite(options());
    EXPECT_NO_THROW(open_sqlite(existing));
}

TEST_F(SqliteDatabaseTest, readers_that_cannot_be_opened_do_not_use_up_the_pool) {
    SqliteOptions two_readers = options();
    two_readers.readers_max = 2;
    const auto database = open_sqlite(two_readers);
    const std::filesystem::path away = two_readers.path.string() + ".away";
    std::filesystem::rename(two_readers.path, away);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(storage_error_of([&] { database->read([](Connection&) {}); }).kind(), Kind::unavailable);
    }
    std::filesystem::rename(away, two_readers.path);
    EXPECT_EQ(database->read([](Connection& connection) { return connection.integer("SELECT 1"); }), 1);
}

TEST_F(SqliteDatabaseTest, another_programs_file_is_refused_and_left_as_it_is) {
    {
        const auto database = open_sqlite(options());
        database->write([](Connection& connection) {
            connection.script("CREATE TABLE song (id BIGINT); PRAGMA application_id=0");
        });
    }
    const std::string before = bytes_of(options().path);
    EXPECT_EQ(storage_error_of([&] { open_sqlite(options()); }).kind(), Kind::other);
    EXPECT_EQ(bytes_of(options().path), before);
}

TEST_F(SqliteDatabaseTest, a_file_that_is_no_database_is_corrupt) {
    std::ofstream(options().path) << std::string(4096, 'x');
    EXPECT_EQ(storage_error_of([&] { open_sqlite(options()); }).kind(), Kind::corrupt);
}

TEST_F(SqliteDatabaseTest, a_second_writer_is_busy_and_works_afterwards) {
    const auto first = open_sqlite(options());
    const auto second = open_sqlite(options());
    first->write([&](Connection& connection) {
        connection.script("CREATE TABLE note (id BIGINT)");
        EXPECT_EQ(storage_error_of([&] { second->write([](Connection&) {}); }).kind(), Kind::busy);
    });
    second->write([](Connection& connection) { connection.execute("INSERT INTO note VALUES (1)"); });
}

TEST_F(SqliteDatabaseTest, two_processes_write_the_same_file_at_once) {
    constexpr int rows_each = 40;
    SqliteOptions waiting = options();
    waiting.busy_timeout_ms = 10'000;
    open_sqlite(waiting)->write([](Connection& connection) {
        connection.script("CREATE TABLE note (process BIGINT, number BIGINT, UNIQUE (process, number))");
    });
    const auto write_rows = [&](int process) {
        const auto database = open_sqlite(waiting);
        for (int number = 0; number < rows_each; ++number) {
            database->write([&](Connection& connection) {
                connection.execute("INSERT INTO note VALUES (?1, ?2)", {process, number});
            });
        }
    };
    const pid_t child = fork();  // no connection and no thread is open here
    ASSERT_NE(child, -1);
    if (child == 0) {
        try {
            write_rows(1);
            _exit(0);
        } catch (...) {
            _exit(1);
        }
    }
    write_rows(2);
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    const auto count = open_sqlite(waiting)->read(
        [](Connection& connection) { return connection.integer("SELECT count(*) FROM note"); });
    EXPECT_EQ(count, 2 * rows_each);
}

TEST_F(SqliteDatabaseTest, a_full_disk_fails_the_transaction_and_the_next_one_works) {
    const auto database = open_sqlite(options());
    const std::string large(100'000, 'x');
    const auto insert_large = [&](Connection& connection) {
        connection.execute("INSERT INTO note VALUES (2, ?1)", {large});
    };
    database->write([](Connection& connection) {
        connection.script("CREATE TABLE note (id BIGINT, body TEXT); PRAGMA max_page_count=10");
    });
    const StorageError error = storage_error_of([&] { database->write(insert_large); });
    EXPECT_EQ(error.kind(), Kind::full);
    EXPECT_TRUE(error.blames_storage());
    database->write(
        [](Connection& connection) { connection.execute("INSERT INTO note VALUES (1, 'small')"); });
    EXPECT_EQ(
        database->read([](Connection& connection) { return connection.integer("SELECT sum(id) FROM note"); }),
        1);
}

TEST_F(SqliteDatabaseTest, an_error_that_ended_the_transaction_cannot_be_ignored) {
    const auto database = open_sqlite(options());
    database->write([](Connection& connection) {
        connection.script("CREATE TABLE note (id INTEGER PRIMARY KEY); INSERT INTO note VALUES (1)");
    });
    EXPECT_EQ(storage_error_of([&] {
                  database->write([](Connection& connection) {
                      connection.execute("INSERT INTO note VALUES (2)");
                      // Ends the transaction by itself, as a full disk may.
                      EXPECT_THROW(connection.execute("INSERT OR ROLLBACK INTO note VALUES (1)"),
                                   StorageError);
                      connection.execute("INSERT INTO note VALUES (3)");
                  });
              }).kind(),
              Kind::unavailable);
    EXPECT_EQ(
        database->read([](Connection& connection) { return connection.integer("SELECT sum(id) FROM note"); }),
        1);
}

}  // namespace
}  // namespace fieldsync::server::storage::test
