// What `fieldsync-server schema` prints is what prepare_tables makes, and lets Citus distribute it.
#include "records/table_sql.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "records/tables.hpp"
#include "storage/format_mark.hpp"
#include "storage/open_database.hpp"
#include "support/fakes.hpp"
#include "support/postgresql.hpp"

namespace fieldsync::server {
namespace {

using fieldsync::testing::PostgresqlSchema;
using storage::Dialect;
using Lines = std::vector<std::string>;

const schema::Schema& today() {
    return schema::Schema::current();
}

std::unique_ptr<storage::Database> open(const std::string& uri) {
    return storage::open_database(uri, {.format_version = kFormatVersion});
}

std::unique_ptr<storage::Database> open_prepared(const std::string& uri) {
    auto database = open(uri);
    database->write([](storage::Connection& connection) { prepare_tables(connection, today()); });
    return database;
}

// Rows of texts, a line each.
Lines lines(storage::Database& database, std::string_view sql) {
    Lines all;
    database.read([&](storage::Connection& connection) {
        connection.query(sql, {}, [&](storage::Row& row) {
            std::string& line = all.emplace_back();
            for (int column = 0; column < row.columns(); ++column)
                line.append(row.null(column) ? "-" : row.text(column)).append(" | ");
        });
    });
    return all;
}

Lines catalog(storage::Database& database) {
    if (database.dialect() == Dialect::sqlite)
        return lines(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    Lines all = lines(database,
                      "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text,"
                      " column_default::text, ordinal_position::text FROM information_schema.columns"
                      " WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position");
    const Lines indexes =
        lines(database,
              "SELECT tablename::text, indexname::text, replace(indexdef, current_schema() || '.', '')"
              " FROM pg_indexes WHERE schemaname = current_schema() ORDER BY tablename, indexname");
    all.insert(all.end(), indexes.begin(), indexes.end());
    return all;
}

TEST(TableSql, ThePrintedPostgresqlIsWhatTheProgramMakes) {
    const PostgresqlSchema printed, made;
    printed.run(installation_sql(today(), Dialect::postgresql));
    const auto from_print = open(printed.uri());
    const Lines before = catalog(*from_print);
    EXPECT_GT(before.size(), 200U);
    EXPECT_EQ(before, catalog(*open_prepared(made.uri())));
    from_print->write([](storage::Connection& connection) {
        EXPECT_EQ(connection.format_version(), kFormatVersion);
        prepare_tables(connection, today());
    });
    EXPECT_EQ(before, catalog(*from_print)) << "something was left to do";
}

TEST(TableSql, ThePrintedSqliteIsWhatTheProgramMakes) {
    const fieldsync::testing::TempDir directory;
    const auto uri = [&](const char* name) { return "sqlite:" + (directory.path() / name).string(); };
    const auto from_print = open(uri("printed.db"));
    from_print->write([](storage::Connection& connection) {
        connection.script(installation_sql(today(), Dialect::sqlite));
        EXPECT_EQ(connection.format_version(), kFormatVersion);
    });
    EXPECT_EQ(catalog(*from_print), catalog(*open_prepared(uri("made.db"))));
}

// Of format 3, where a token's id alone was its key.
TEST(TableSql, AnOlderPostgresqlBecomesTheSame) {
    const PostgresqlSchema older, made;
    older.run(installation_sql(today(), Dialect::postgresql));
    older.run(
        "DROP TABLE token; CREATE TABLE token (id BIGINT PRIMARY KEY, business_id BIGINT NOT NULL,"
        " user_id BIGINT NOT NULL, surface TEXT NOT NULL, device BYTEA, hash BYTEA NOT NULL,"
        " created_at BIGINT NOT NULL, last_used_at BIGINT NOT NULL);"
        "CREATE INDEX token_user ON token (business_id, user_id);"
        "INSERT INTO token VALUES (5, 1, 12, 'sync', NULL, '\\x030405', 100, 200);"
        "UPDATE fieldsync_format SET version = 3");
    const auto upgraded = open_prepared(older.uri());
    EXPECT_EQ(catalog(*upgraded), catalog(*open_prepared(made.uri())));
    EXPECT_EQ(lines(*upgraded,
                    "SELECT business_id::text, id::text, user_id::text, surface, device::text,"
                    " hash::text, created_at::text, last_used_at::text FROM token"),
              Lines{"1 | 5 | 12 | sync | - | \\x030405 | 100 | 200 | "});
}

// Name of the table → whether it has business_id, as the catalog has it.
std::map<std::string, bool> tables_of(storage::Database& database) {
    std::map<std::string, bool> tables;
    database.read([&](storage::Connection& connection) {
        connection.query(
            "SELECT t.tablename::text, (SELECT count(*) FROM information_schema.columns c"
            " WHERE c.table_schema = t.schemaname AND c.table_name = t.tablename"
            " AND c.column_name = 'business_id') FROM pg_tables t WHERE t.schemaname = current_schema()",
            {}, [&](storage::Row& row) { tables[std::string(row.text(0))] = row.integer(1) == 1; });
    });
    return tables;
}

TEST(TableSql, TheBusinessLeadsEveryKeyAndNoConstraintCrossesBusinesses) {
    const PostgresqlSchema schema;
    const auto database = open_prepared(schema.uri());
    const Lines unique = lines(
        *database,
        "SELECT t.relname::text, pg_get_indexdef(i.indexrelid, 1, true), i.indisprimary::text FROM pg_index i"
        " JOIN pg_class t ON t.oid = i.indrelid WHERE i.indisunique"
        " AND t.relnamespace = current_schema()::regnamespace");
    std::map<std::string, int> primary_keys;
    const auto tables = tables_of(*database);
    for (const std::string& line : unique) {
        const std::string table = line.substr(0, line.find(" | "));
        if (line.find("| true |") != std::string::npos) ++primary_keys[table];
        if (tables.at(table)) {
            EXPECT_NE(line.find(" | business_id | "), std::string::npos) << line;
        }
    }
    for (const auto& [table, has_business] : tables)
        if (has_business) {
            EXPECT_EQ(primary_keys[table], 1) << table;
        }
    EXPECT_EQ(
        lines(*database,
              "SELECT conname::text FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
              " AND contype NOT IN ('p', 'u')"),
        Lines());
}

// Debian has no Citus: functions of its names note what they are asked for.
constexpr const char* kStandIns =
    "CREATE TABLE asked (of_table TEXT, key TEXT, beside TEXT);"
    "CREATE FUNCTION create_reference_table(of_table regclass) RETURNS void LANGUAGE sql AS"
    " 'INSERT INTO asked VALUES (of_table::text, NULL, NULL)';"
    "CREATE FUNCTION create_distributed_table(of_table regclass, key text, colocate_with text) RETURNS void"
    " LANGUAGE sql AS 'INSERT INTO asked VALUES (of_table::text, key, colocate_with)';";

TEST(TableSql, EveryTableIsDistributedByItsBusinessOrShared) {
    const PostgresqlSchema schema;
    schema.run(installation_sql(today(), Dialect::postgresql));
    schema.run(kStandIns);
    schema.run(distribution_sql(today()));
    Lines expected;
    const auto database = open(schema.uri());
    for (const auto& [table, has_business] : tables_of(*database)) {
        const std::string name = table == "user" ? "\"user\"" : table;
        if (table != "asked" && table != storage::postgresql_commit_table)  // this one comes with the opening
            expected.push_back(!has_business     ? name + " | - | - | "
                               : table == "head" ? name + " | business_id | none | "
                                                 : name + " | business_id | head | ");
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(lines(*database, "SELECT of_table, key, beside FROM asked ORDER BY of_table COLLATE \"C\""),
              expected);
    EXPECT_EQ(std::count(expected.begin(), expected.end(), "plan | - | - | "), 1);
    EXPECT_EQ(std::count_if(expected.begin(), expected.end(),
                            [](const std::string& line) { return line.ends_with("| - | - | "); }),
              3)
        << "plans, failed sign-ins, and the format";
}

}  // namespace
}  // namespace fieldsync::server
