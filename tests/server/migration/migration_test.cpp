// An installation moved from each kind of database to the other.
#include "migration/migration.hpp"

#include <gtest/gtest.h>

#include "app/installation.hpp"
#include "app/verify.hpp"
#include "demo/demo.hpp"
#include "migration/limits.hpp"
#include "migration/marker.hpp"
#include "migration/table_checksum.hpp"
#include "records/tables.hpp"
#include "server/support/server_database.hpp"
#include "storage/errors.hpp"
#include "storage/postgresql_database.hpp"
#include "storage/sqlite_database.hpp"
#include "support/fakes.hpp"

namespace fieldsync::server::migration {
namespace {

using storage::Connection;
using storage::Dialect;

// Dies when a point was reached so many times.
class DyingAt final : public storage::CommitPoints {
  public:
    explicit DyingAt(std::string_view point = {}, int times = 1) : point_(point), left_(times) {}
    void reached(std::string_view point) override {
        ++reached_;
        if (point == point_ && --left_ == 0) throw storage::Killed();
    }
    [[nodiscard]] int reached_points() const { return reached_; }

  private:
    std::string_view point_;
    int left_, reached_ = 0;
};

class Rows final : public Progress {
  public:
    void at(std::string_view, std::string_view, std::int64_t rows, std::int64_t rows_all) override {
        EXPECT_LE(rows, rows_all);
        last = rows;
        all = rows_all;
    }
    std::int64_t last = 0, all = 0;
};

struct Place {
    explicit Place(Dialect kind) : database(directory.path(), kind) {}
    fieldsync::testing::TempDir directory;
    fieldsync::testing::ServerDatabase database;
};

// All of it: the shape of each table with its checksum.
std::map<std::string, std::string> contents(storage::Database& database) {
    std::map<std::string, std::string> all;
    database.read([&](Connection& connection) {
        for (const TableShape& shape : table_shapes(connection)) {
            TableChecksum checksum;
            const TableRows rows(shape, connection.dialect());
            std::optional<Values> after;
            for (Page page; !page.is_last;) {
                page = rows.read(connection, after);
                checksum.add(page);
                if (page.rows > 0) after = rows.last_key(page);
            }
            all[shape.name] = std::to_string(checksum.rows()) + " " + checksum.finish();
        }
    });
    return all;
}

class Moving : public ::testing::TestWithParam<Dialect> {
  protected:
    Moving() {
        RecordTables tables(schema::Schema::current());
        const WritePath path(tables, clock_, random_);
        demo::seed_demo(*from, path, clock_, random_, 0);
        from->write([](Connection& connection) {
            // Values that are easily lost.
            connection.execute(
                "INSERT INTO receipt VALUES (1, ?1, ?2, 1, 5, ?3, NULL, ?2)",
                {storage::Blob(std::string_view("\0\xff", 2)), storage::Blob(std::string_view("\xff\0", 2)),
                 storage::Blob(std::string_view())});
            for (const char* name : {"", "A", "a", "ä", "\xf0\x9f\x8f\xa0 🏠", "it''s \"\\", "z"})
                connection.execute("INSERT INTO id_counter VALUES (?1, ?2, ?3)",
                                   {-77, name, std::numeric_limits<std::int64_t>::min()});
            connection.execute("INSERT INTO head VALUES (?1, 0, ?2)",
                               {std::numeric_limits<std::int64_t>::max(), -1});
            connection.execute("DELETE FROM head WHERE business_id = ?1",
                               {std::numeric_limits<std::int64_t>::max()});
        });
    }

    static Dialect other(Dialect kind) {
        return kind == Dialect::sqlite ? Dialect::postgresql : Dialect::sqlite;
    }
    // Rows of more than one page.
    void fill_tokens(std::int64_t count) {
        from->write([&](Connection& connection) {
            for (std::int64_t id = 1; id <= count; ++id)
                connection.execute("INSERT INTO token VALUES (1, ?1, 2, 'crm', NULL, ?2, 3, ?3)",
                                   {10'000 + id, storage::Blob(std::string_view("hash")), id});
        });
    }
    std::string move(storage::CommitPoints& points) {
        return migrate(*from, *to, schema::Schema::current(), points, rows).problem;
    }
    std::string move() {
        DyingAt nowhere;
        return move(nowhere);
    }
    void expect_moved() {
        EXPECT_EQ(contents(*from), contents(*to));
        RecordTables tables(schema::Schema::current());
        to->read([&](Connection& connection) {
            EXPECT_FALSE(read_marker(connection));
            EXPECT_EQ(app::verify_database(connection, tables).problems, std::vector<std::string>());
        });
    }

    fieldsync::testing::FakeClock clock_;
    fieldsync::testing::SeededRandom random_;
    Place source{GetParam()}, target{other(GetParam())};

  public:
    std::unique_ptr<storage::Database> from = source.database.open_prepared(), to = target.database.open();
    Rows rows;
};

TEST_P(Moving, EverythingArrivesAsItWas) {
    fill_tokens(static_cast<std::int64_t>(limits::page_rows_max) * 2);
    EXPECT_EQ(move(), "");
    expect_moved();
    EXPECT_EQ(rows.last, rows.all);
    EXPECT_GT(rows.all, 2'000);
    to->read([](Connection& connection) {
        EXPECT_EQ(connection.integer("SELECT count(*) FROM receipt WHERE content IS NULL AND body IS NOT NULL"
                                     " AND length(body) = 0"),
                  1);
    });
}

TEST_P(Moving, APageEndsBehindWhatMakesItTooLarge) {
    const std::string large(limits::page_bytes_max * 3 / 5, 'x');
    from->write([&](Connection& connection) {
        for (const char* uid : {"a", "b", "c"})
            connection.execute(
                "INSERT INTO receipt VALUES (-5, ?1, ?1, 1, 5, ?2, NULL, NULL)",
                {storage::Blob(std::string_view(uid)), storage::Blob(std::string_view(large))});
    });
    from->read([&](Connection& connection) {
        const auto shapes = table_shapes(connection);
        const auto receipt = std::find_if(shapes.begin(), shapes.end(),
                                          [](const TableShape& shape) { return shape.name == "receipt"; });
        const Page page = TableRows(*receipt, connection.dialect()).read(connection, {});
        EXPECT_EQ(page.rows, 2U);
        EXPECT_FALSE(page.is_last);
    });
    EXPECT_EQ(move(), "");
    expect_moved();
}

TEST_P(Moving, ThereAndBackAgainIsTheSame) {
    ASSERT_EQ(move(), "");
    const Place home(GetParam());
    const auto back = home.database.open();
    DyingAt nowhere;
    EXPECT_EQ(migrate(*to, *back, schema::Schema::current(), nowhere, rows).problem, "");
    EXPECT_EQ(contents(*from), contents(*back));
}

TEST_P(Moving, WhatWasKilledGoesOnFromThere) {
    fill_tokens(static_cast<std::int64_t>(limits::page_rows_max) * 3 / 2);
    int deaths = 0;
    const auto dies = [&](std::string_view point, int times) {
        DyingAt dying(point, times);
        EXPECT_THROW(move(dying), storage::Killed) << point << " " << times;
        ++deaths;
        // Nobody serves the half, and it is not taken for a source.
        app::InstallationOptions options;
        options.database = target.database.uri();
        EXPECT_THROW(app::Installation half(options), std::runtime_error);
        const Place elsewhere(GetParam());
        const auto third = elsewhere.database.open();
        DyingAt nowhere;
        EXPECT_THROW(migrate(*to, *third, schema::Schema::current(), nowhere, rows), std::runtime_error);
    };
    dies(commit_point::marked, 1);
    for (const int times : {1, 2, 5}) dies(commit_point::page, times);
    dies(commit_point::compared, 1);
    // All pages are there: none is written again.
    DyingAt counting;
    EXPECT_EQ(move(counting), "");
    EXPECT_EQ(counting.reached_points(), 2) << "marked and compared";
    expect_moved();
}

TEST_P(Moving, AnotherSourceOrOneThatWasWrittenToDoesNotGoOn) {
    DyingAt dying(commit_point::page, 3);
    EXPECT_THROW(move(dying), storage::Killed);
    const Place another(GetParam());
    const auto other_source = another.database.open_prepared();
    DyingAt nowhere;
    EXPECT_NE(migrate(*other_source, *to, schema::Schema::current(), nowhere, rows)
                  .problem.find("another installation"),
              std::string::npos);
    from->write([](Connection& connection) {
        connection.execute("UPDATE head SET seq = seq + 1, stamp = 5 WHERE business_id = 1");
    });
    EXPECT_NE(move().find("written to since"), std::string::npos);
    from->write([](Connection& connection) {
        connection.execute("UPDATE head SET seq = seq - 1 WHERE business_id = 1");
    });
    EXPECT_NE(move().find("written to since"), std::string::npos)
        << "restored from a backup, with other stamps";
}

TEST_P(Moving, ATargetThatIsNotEmptyIsLeftAlone) {
    ASSERT_EQ(move(), "");
    EXPECT_NE(move().find("not empty"), std::string::npos);
    expect_moved();
}

TEST_P(Moving, WhatDiffersInTheTargetIsFound) {
    DyingAt dying(commit_point::compared);
    EXPECT_THROW(move(dying), storage::Killed);
    to->write([](Connection& connection) {
        connection.execute(
            "UPDATE client SET city = '' WHERE business_id = 1 AND city IS NULL AND id = "
            "(SELECT min(id) FROM client WHERE business_id = 1 AND city IS NULL)");
        connection.execute("UPDATE client SET city = 'Elsewhere' WHERE business_id = 1 AND id = 1");
    });
    EXPECT_NE(move().find("client"), std::string::npos);
    to->read([](Connection& connection) { EXPECT_TRUE(read_marker(connection)) << "it is still a half"; });
}

// Another program's way to the same database; it does not wait long for its turn.
std::unique_ptr<storage::Database> open_impatiently(const std::string& uri) {
    if (uri.starts_with("sqlite:")) {
        storage::SqliteOptions options;
        options.path = uri.substr(uri.find(':') + 1);
        options.format_version = kFormatVersion;
        options.busy_timeout_ms = 0;
        return storage::open_sqlite(options);
    }
    storage::PostgresqlOptions options;
    options.uri = uri;
    options.format_version = kFormatVersion;
    options.lock_timeout = std::chrono::milliseconds(100);
    return storage::open_postgresql(options);
}

TEST_P(Moving, WhoServesTheSourceMeanwhileCannotWrite) {
    struct Writing final : storage::CommitPoints {
        explicit Writing(const std::string& uri) : serving(open_impatiently(uri)) {}
        void reached(std::string_view point) override {
            const auto write = [&] { serving->write_beside_others([](Connection&) {}); };
            if (point == commit_point::page) return;
            EXPECT_THROW(write(), storage::StorageError) << point;
            ++refused;
        }
        std::unique_ptr<storage::Database> serving;
        int refused = 0;
    } writing(source.database.uri());
    EXPECT_EQ(move(writing), "");
    EXPECT_EQ(writing.refused, 2);
    writing.serving->write_beside_others([](Connection&) {});
}

std::string direction(const ::testing::TestParamInfo<Dialect>& tested) {
    return tested.param == Dialect::sqlite ? "FromSqlite" : "FromPostgresql";
}

INSTANTIATE_TEST_SUITE_P(Storage, Moving, ::testing::Values(Dialect::sqlite, Dialect::postgresql), direction);

}  // namespace
}  // namespace fieldsync::server::migration
