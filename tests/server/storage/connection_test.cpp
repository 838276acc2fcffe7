// Statements, parameters and rows, on every implementation.
#include "storage/connection.hpp"

#include <array>
#include <string>
#include <vector>

#include "storage/savepoint.hpp"
#include "storage_contract.hpp"

namespace fieldsync::server::storage::test {
namespace {

using Kind = StorageError::Kind;

constexpr std::string_view insert_sql = "INSERT INTO note (id, title, body) VALUES (?1, ?2, ?3)";

class ConnectionTest : public StorageContract {
  protected:
    // Runs a function in a transaction of its own.
    template <class F>
    void with_connection(F fn) {
        database().write(fn);
    }
};

std::vector<std::byte> copy(std::span<const std::byte> view) {
    return {view.begin(), view.end()};
}

TEST_P(ConnectionTest, parameters_come_back_as_they_were_bound) {
    const std::array bytes{std::byte{0}, std::byte{0xff}, std::byte{0}, std::byte{7}};
    const std::string title = "Zoë's \"plan\"; ?1";
    with_connection([&](Connection& connection) {
        EXPECT_EQ(connection.execute(insert_sql, {INT64_MIN, title, Blob(bytes)}), 1);
        int rows = 0;
        connection.query("SELECT id, title, body FROM note", {}, [&](Row& row) {
            ++rows;
            EXPECT_EQ(row.columns(), 3);
            EXPECT_EQ(row.integer(0), INT64_MIN);
            EXPECT_EQ(row.text(1), title);
            EXPECT_EQ(copy(row.blob(2)), std::vector(bytes.begin(), bytes.end()));
        });
        EXPECT_EQ(rows, 1);
    });
}

TEST_P(ConnectionTest, an_empty_text_or_blob_is_not_null) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {1, std::string_view(), Blob()});
        connection.execute(insert_sql, {2, nullptr, nullptr});
        connection.query("SELECT title, body FROM note ORDER BY id", {}, [first = true](Row& row) mutable {
            EXPECT_EQ(row.null(0), !first);
            EXPECT_EQ(row.null(1), !first);
            if (first) {
                EXPECT_EQ(row.text(0), "");
                EXPECT_TRUE(row.blob(1).empty());
            }
            first = false;
        });
    });
}

TEST_P(ConnectionTest, optional_parameters_are_null_when_empty) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {1, std::optional<std::string>(), std::optional<Blob>()});
        connection.execute(insert_sql,
                           {std::optional<int>(2), std::optional<std::string>("second"), nullptr});
        EXPECT_EQ(connection.integer("SELECT id FROM note WHERE title IS NULL AND body IS NULL"), 1);
        EXPECT_EQ(connection.integer("SELECT id FROM note WHERE title = 'second'"), 2);
    });
}

TEST_P(ConnectionTest, parameters_may_be_a_list_made_at_run_time) {
    with_connection([](Connection& connection) {
        std::vector<Parameter> parameters{7, "seven"};
        parameters.emplace_back(nullptr);
        EXPECT_EQ(connection.execute(insert_sql, parameters), 1);
        EXPECT_EQ(connection.integer("SELECT id FROM note WHERE title = ?1", {"seven"}), 7);
    });
}

TEST_P(ConnectionTest, a_bool_is_zero_or_one) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {true, nullptr, nullptr});
        connection.execute(insert_sql, {false, nullptr, nullptr});
        EXPECT_EQ(connection.integer("SELECT min(id) FROM note"), 0);
        EXPECT_EQ(connection.integer("SELECT max(id) FROM note"), 1);
    });
}

TEST_P(ConnectionTest, execute_tells_how_many_rows_changed) {
    with_connection([](Connection& connection) {
        for (int id = 0; id < 5; ++id) connection.execute(insert_sql, {id, nullptr, nullptr});
        EXPECT_EQ(connection.execute("UPDATE note SET title = 't' || id WHERE id >= ?1", {2}), 3);
        EXPECT_EQ(connection.execute("SELECT id FROM note"), 0);
        EXPECT_EQ(connection.execute("DELETE FROM note WHERE id = ?1", {99}), 0);
        EXPECT_EQ(connection.execute("INSERT INTO note (id) VALUES (?1) ON CONFLICT DO NOTHING", {1}), 0);
    });
}

// Also where the database has another locale.
TEST_P(ConnectionTest, lower_changes_the_letters_of_ascii_alone) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {1, "\u00c9mile ZOLA", nullptr});
        EXPECT_EQ(connection.integer("SELECT id FROM note WHERE lower(title) = ?1", {"\u00c9mile zola"}), 1);
        EXPECT_EQ(connection.integer("SELECT id FROM note WHERE lower(?1) = ?2", {"\u00c9A", "\u00c9a"}), 1);
        EXPECT_EQ(
            connection.integer("SELECT id FROM note WHERE lower('A' || title) LIKE ?1", {"%\u00c9mile%"}), 1);
    });
}

TEST_P(ConnectionTest, returning_gives_the_changed_rows) {
    with_connection([](Connection& connection) {
        EXPECT_EQ(connection.integer("INSERT INTO note (id) VALUES (?1) RETURNING id + 1", {41}), 42);
        EXPECT_EQ(connection.integer("SELECT count(*) FROM note"), 1);
    });
}

TEST_P(ConnectionTest, integer_is_nothing_without_a_row_and_for_null) {
    with_connection([](Connection& connection) {
        EXPECT_EQ(connection.integer("SELECT id FROM note"), std::nullopt);
        EXPECT_EQ(connection.integer("SELECT max(id) FROM note"), std::nullopt);
        EXPECT_EQ(connection.integer("SELECT count(*) FROM note"), 0);
    });
}

TEST_P(ConnectionTest, a_visitor_can_stop_the_query) {
    with_connection([](Connection& connection) {
        for (int id = 0; id < 5; ++id) connection.execute(insert_sql, {id, nullptr, nullptr});
        std::vector<std::int64_t> seen;
        connection.query("SELECT id FROM note ORDER BY id", {}, [&](Row& row) {
            seen.push_back(row.integer(0));
            return seen.size() < 2;
        });
        EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1}));
    });
}

TEST_P(ConnectionTest, a_visitor_may_run_the_same_sql) {
    with_connection([](Connection& connection) {
        for (int id = 0; id < 3; ++id) connection.execute(insert_sql, {id, nullptr, nullptr});
        constexpr std::string_view from_sql = "SELECT id FROM note WHERE id >= ?1 ORDER BY id";
        std::vector<std::int64_t> seen;
        connection.query(from_sql, {0}, [&](Row& outer) {
            connection.query(from_sql, {outer.integer(0)},
                             [&](Row& inner) { seen.push_back(outer.integer(0) * 10 + inner.integer(0)); });
        });
        EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 2, 11, 12, 22}));
    });
}

TEST_P(ConnectionTest, a_throwing_visitor_ends_the_query_and_leaves_the_statement_usable) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {1, nullptr, nullptr});
        constexpr std::string_view sql = "SELECT id FROM note";
        EXPECT_THROW(connection.query(sql, {}, [](Row&) { throw std::runtime_error("enough"); }),
                     std::runtime_error);
        EXPECT_EQ(connection.integer(sql), 1);
    });
}

TEST_P(ConnectionTest, a_value_of_another_type_is_refused) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {1, "one", nullptr});
        const auto read = [&](auto get) {
            return storage_error_of([&] { connection.query("SELECT id, title, body FROM note", {}, get); });
        };
        EXPECT_EQ(read([](Row& row) { row.text(0); }).kind(), Kind::other);
        EXPECT_EQ(read([](Row& row) { row.integer(1); }).kind(), Kind::other);
        EXPECT_EQ(read([](Row& row) { row.blob(1); }).kind(), Kind::other);
        EXPECT_EQ(read([](Row& row) { row.blob(2); }).kind(), Kind::other) << "NULL";
        EXPECT_EQ(read([](Row& row) { row.null(3); }).kind(), Kind::other) << "no such column";
    });
}

TEST_P(ConnectionTest, wrong_sql_or_a_wrong_number_of_parameters_is_refused) {
    const auto kind_of = [this](std::string_view sql, std::vector<Parameter> parameters) {
        return storage_error_of([&] {
                   with_connection([&](Connection& connection) { connection.execute(sql, parameters); });
               })
            .kind();
    };
    EXPECT_EQ(kind_of("SELEKT 1", {}), Kind::other);
    EXPECT_EQ(kind_of("SELECT \"no such column\" FROM note", {}), Kind::other);
    EXPECT_EQ(kind_of("SELECT id FROM note WHERE id = ?1", {}), Kind::other);
    EXPECT_EQ(kind_of("SELECT id FROM note", {1}), Kind::other);
    EXPECT_EQ(kind_of("SELECT 1; SELECT 2", {}), Kind::other);
    EXPECT_EQ(kind_of("", {}), Kind::other);
}

TEST_P(ConnectionTest, a_duplicate_of_a_unique_value_is_a_constraint_error_that_names_the_sql_only) {
    const StorageError error = storage_error_of([this] {
        with_connection([](Connection& connection) {
            connection.execute(insert_sql, {1, "secret", nullptr});
            connection.execute(insert_sql, {2, "secret", nullptr});
        });
    });
    EXPECT_EQ(error.kind(), Kind::constraint);
    EXPECT_NE(std::string(error.what()).find(insert_sql), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
}

TEST_P(ConnectionTest, a_script_runs_all_its_statements) {
    with_connection([](Connection& connection) {
        connection.script(
            "-- two rows\nINSERT INTO note (id) VALUES (1);\n INSERT INTO note (id) VALUES (2);\n");
        EXPECT_EQ(connection.integer("SELECT count(*) FROM note"), 2);
    });
}

TEST_P(ConnectionTest, every_statement_is_counted_once) {
    with_connection([this](Connection& connection) {
        const std::uint64_t before = connection.statements_run();
        const std::uint64_t total_before = database().statements_run();
        connection.execute(insert_sql, {1, nullptr, nullptr});
        connection.integer("SELECT count(*) FROM note");
        connection.query("SELECT id FROM note", {}, [](Row&) {});
        connection.script("DELETE FROM note; DELETE FROM note;");
        EXPECT_EQ(connection.statements_run() - before, 5U);
        EXPECT_EQ(database().statements_run() - total_before, 5U);
    });
}

TEST_P(ConnectionTest, more_different_statements_than_are_cached_still_run) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {1, nullptr, nullptr});
        connection.query("SELECT id FROM note", {}, [&](Row& row) {
            for (int round = 0; round < 2; ++round) {
                for (int i = 0; i < 700; ++i) {
                    ASSERT_EQ(connection.integer("SELECT id + " + std::to_string(i) + " FROM note"), i + 1);
                }
            }
            EXPECT_EQ(row.integer(0), 1) << "a statement in use is not given up";
        });
    });
}

TEST_P(ConnectionTest, cached_statements_follow_a_change_of_the_tables) {
    constexpr std::string_view sql = "SELECT * FROM note";
    with_connection([&](Connection& connection) {
        connection.execute(insert_sql, {1, nullptr, nullptr});
        EXPECT_EQ(connection.integer(sql), 1);
    });
    with_connection(
        [](Connection& connection) { connection.script("ALTER TABLE note ADD COLUMN colour BIGINT"); });
    with_connection([&](Connection& connection) {
        connection.query(sql, {}, [](Row& row) { EXPECT_EQ(row.columns(), 4); });
    });
}

TEST_P(ConnectionTest, a_savepoint_left_by_an_exception_undoes_only_its_part) {
    with_connection([](Connection& connection) {
        connection.execute(insert_sql, {1, "kept", nullptr});
        const auto fails = [&] {
            Savepoint savepoint(connection);
            connection.execute(insert_sql, {2, "undone", nullptr});
            connection.execute(insert_sql, {3, "kept", nullptr});
        };
        EXPECT_EQ(storage_error_of(fails).kind(), Kind::constraint);
        connection.execute(insert_sql, {4, "after", nullptr});
    });
    EXPECT_EQ(notes(), 2);
    EXPECT_EQ(notes_titled("undone"), 0);
}

TEST_P(ConnectionTest, what_was_posted_is_there_for_the_next_statement) {
    with_connection([](Connection& connection) {
        {
            const std::string title = "of a text that is gone";
            connection.post(insert_sql, {1, title, nullptr});
        }
        connection.post("UPDATE note SET body = ?2 WHERE id = ?1", {1, Blob()});
        EXPECT_EQ(connection.integer("SELECT count(*) FROM note WHERE body IS NOT NULL"), 1);
        connection.post(insert_sql, {2, "only the commit comes behind it", nullptr});
    });
    EXPECT_EQ(notes(), 2);
}

// More than are sent off at a time, with values that do not fit into a socket.
TEST_P(ConnectionTest, thousands_are_posted) {
    constexpr int kMany = 2'000;
    const std::vector<std::byte> body(10'000);
    with_connection([&](Connection& connection) {
        for (int i = 0; i < kMany; ++i) connection.post(insert_sql, {i, std::to_string(i), Blob(body)});
        connection.settle();
        EXPECT_EQ(connection.integer("SELECT count(*) FROM note"), kMany);
    });
    EXPECT_EQ(notes(), kMany);
}

TEST_P(ConnectionTest, a_posted_statement_that_fails_is_told_and_can_be_undone) {
    with_connection([](Connection& connection) {
        connection.post(insert_sql, {1, "before", nullptr});
        const StorageError told = storage_error_of([&] {
            Savepoint savepoint(connection);
            connection.post(insert_sql, {1, "the same id", nullptr});
            connection.post(insert_sql, {2, "behind it", nullptr});
            savepoint.release();
        });
        EXPECT_EQ(told.kind(), Kind::constraint);
        EXPECT_NE(std::string(told.what()).find(insert_sql), std::string::npos) << told.what();

        Savepoint savepoint(connection);
        connection.post(insert_sql, {3, "undone before it was sent", nullptr});
        savepoint.undo();
        connection.post(insert_sql, {4, "after", nullptr});
        savepoint.release();
    });
    EXPECT_EQ(notes_titled("before") + notes_titled("after"), 2);
    EXPECT_EQ(notes(), 2);
}

TEST_P(ConnectionTest, a_posted_statement_that_fails_fails_the_commit) {
    const auto fail = [this] {
        with_connection([](Connection& connection) {
            connection.post(insert_sql, {1, "twice", nullptr});
            connection.post(insert_sql, {2, "twice", nullptr});
        });
    };
    EXPECT_EQ(storage_error_of(fail).kind(), Kind::constraint);
    EXPECT_EQ(notes(), 0);
    EXPECT_EQ(storage_error_of(fail).kind(), Kind::constraint) << "the connection goes on";
}

TEST_P(ConnectionTest, savepoints_nest_and_can_be_undone_or_released) {
    with_connection([](Connection& connection) {
        Savepoint outer(connection);
        connection.execute(insert_sql, {1, "outer", nullptr});
        {
            Savepoint inner(connection);
            connection.execute(insert_sql, {2, "first try", nullptr});
            inner.undo();
            connection.execute(insert_sql, {2, "second try", nullptr});
            inner.release();
        }
        outer.release();
    });
    EXPECT_EQ(notes(), 2);
    EXPECT_EQ(notes_titled("second try"), 1);
}

FIELDSYNC_ON_EVERY_STORAGE(ConnectionTest);

}  // namespace
}  // namespace fieldsync::server::storage::test
