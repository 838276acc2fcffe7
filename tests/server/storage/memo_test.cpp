// What a connection keeps holds only for the state it was read from.
#include "storage/memo.hpp"

#include <stdexcept>

#include "storage_contract.hpp"

namespace fieldsync::server::storage::test {
namespace {

struct Count {
    std::int64_t notes = -1;
};

class MemoTest : public StorageContract {
  protected:
    // As readers do it: what is kept, or else the database.
    static std::int64_t counted(Connection& connection) {
        if (const Count& kept = connection.memo().get<Count>(); kept.notes >= 0) return kept.notes;
        const std::int64_t notes = connection.integer("SELECT count(*) FROM note").value();
        return connection.memo().get<Count>().notes = notes;
    }
    std::int64_t read() { return database().read(counted); }
    static void add(Database& database, std::string_view title) {
        database.write([&](Connection& connection) { insert(connection, title); });
    }
    static void insert(Connection& connection, std::string_view title) {
        connection.execute("INSERT INTO note (id, title, body) SELECT count(*), ?1, ?2 FROM note",
                           {title, Blob{}});
    }
};

TEST_P(MemoTest, is_empty_in_the_first_read_after_a_commit) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(read(), i);
        add(database(), "note " + std::to_string(i));
    }
}

TEST_P(MemoTest, is_empty_after_another_processs_commit) {
    const auto other = open();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(read(), i);
        add(*other, "note " + std::to_string(i));
    }
}

TEST_P(MemoTest, says_what_the_snapshot_says_while_others_write) {
    EXPECT_EQ(read(), 0);
    database().read([&](Connection& connection) {
        EXPECT_EQ(counted(connection), 0);
        add(database(), "a note");
        EXPECT_EQ(counted(connection), 0);
    });
    EXPECT_EQ(read(), 1);
}

TEST_P(MemoTest, of_a_writer_knows_its_own_writes_and_forgets_what_was_rolled_back) {
    database().write([&](Connection& connection) {
        EXPECT_EQ(counted(connection), 0);
        insert(connection, "a note");
        EXPECT_EQ(counted(connection), 1);
    });
    const auto fail = [&](Connection& connection) {
        insert(connection, "another");
        EXPECT_EQ(counted(connection), 2);
        throw std::runtime_error("changed its mind");
    };
    EXPECT_THROW(database().write(fail), std::runtime_error);
    EXPECT_EQ(database().write(counted), 1);
}

FIELDSYNC_ON_EVERY_STORAGE(MemoTest);

// Other databases of one PostgreSQL server commit at any moment, which its snapshots tell.
class SqliteMemoTest : public MemoTest {};

TEST_P(SqliteMemoTest, spares_statements_while_nobody_commits) {
    EXPECT_EQ(read(), 0);
    const std::uint64_t before = database().statements_run();
    EXPECT_EQ(read(), 0);
    EXPECT_EQ(read(), 0);
    EXPECT_EQ(database().statements_run(), before);
}

INSTANTIATE_TEST_SUITE_P(Storage, SqliteMemoTest, ::testing::Values(sqlite_implementation()),
                         implementation_name);

}  // namespace
}  // namespace fieldsync::server::storage::test
