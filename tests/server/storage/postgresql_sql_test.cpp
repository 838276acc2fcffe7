// Our SQL as PostgreSQL takes it.
#include "storage/postgresql_sql.hpp"

#include <gtest/gtest.h>

namespace fieldsync::server::storage::test {
namespace {

TEST(PostgresqlSqlTest, parameters_get_the_other_sign) {
    const PostgresqlSql sql = to_postgresql("SELECT a FROM t WHERE b = ?12 AND c = ?2");
    EXPECT_EQ(sql.text, "SELECT a FROM t WHERE b = $12 AND c = $2");
    EXPECT_EQ(sql.parameters, 12U);
}

TEST(PostgresqlSqlTest, one_without_a_number_follows_the_largest_so_far) {
    const PostgresqlSql sql = to_postgresql("b = ?2 AND c = ? OR d = ?1 AND e = ?");
    EXPECT_EQ(sql.text, "b = $2 AND c = $3 OR d = $1 AND e = $4");
    EXPECT_EQ(sql.parameters, 4U);
}

TEST(PostgresqlSqlTest, what_is_quoted_stays_as_it_is) {
    for (const char* same :
         {"'?1'", "\"?1\"", "'it''s ?1'", "-- ?1\n", "-- ?1", "/* ?1 */", "'?1", "a - b / c"}) {
        EXPECT_EQ(to_postgresql(same).text, same);
        EXPECT_EQ(to_postgresql(same).parameters, 0U);
    }
    EXPECT_EQ(to_postgresql("'?1' || ?1 /* ? */ || ?").text, "'?1' || $1 /* ? */ || $2");
}

TEST(PostgresqlSqlTest, lower_is_that_of_ascii) {
    EXPECT_EQ(to_postgresql("lower(a) = lower(?1)").text, "lower(a COLLATE \"C\") = lower($1 COLLATE \"C\")");
    EXPECT_EQ(to_postgresql("x IN (lower(coalesce(a, (b)) || ')'))").text,
              "x IN (lower(coalesce(a, (b)) || ')' COLLATE \"C\"))");
    for (const char* same : {"flower(a)", "'lower(a)'", "lower", "(a))"})
        EXPECT_EQ(to_postgresql(same).text, same);
}

}  // namespace
}  // namespace fieldsync::server::storage::test
