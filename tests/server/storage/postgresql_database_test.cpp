// What several servers on one PostgreSQL see of each other.
#include "storage/postgresql_database.hpp"

#include <gtest/gtest.h>

#include <future>

#include "storage_contract.hpp"
#include "support/postgresql.hpp"
#include "support/postgresql_proxy.hpp"

namespace fieldsync::server::storage::test {
namespace {

using namespace std::chrono_literals;

class PostgresqlDatabaseTest : public ::testing::Test {
  protected:
    [[nodiscard]] static std::unique_ptr<Database> open(const std::string& uri,
                                                        std::int64_t format_version = 1) {
        PostgresqlOptions options;
        options.uri = uri;
        options.format_version = format_version;
        return open_postgresql(options);
    }

    fieldsync::testing::PostgresqlSchema schema_;
};

TEST_F(PostgresqlDatabaseTest, a_server_notices_that_another_has_brought_a_newer_format) {
    const auto older = open(schema_.uri(), 1), newer = open(schema_.uri(), 2);
    const auto write = [&] {
        older->write_beside_others([](Connection& connection) { connection.integer("SELECT 1"); });
    };
    EXPECT_NO_THROW(write());
    newer->write([](Connection& connection) { connection.set_format_version(2); });
    EXPECT_EQ(storage_error_of(write).kind(), StorageError::Kind::newer_database);
}

// As in a database of another locale than C.
TEST_F(PostgresqlDatabaseTest, lower_is_sqlites_whatever_the_locale) {
    const auto database = open(schema_.uri());
    database->write([](Connection& connection) {
        connection.script("CREATE TABLE person (name TEXT COLLATE \"und-x-icu\")");
        connection.execute("INSERT INTO person (name) VALUES (?1)", {"\u00c9mile ZOLA"});
        constexpr std::string_view sql = "SELECT count(*) FROM person WHERE lower(name || '') LIKE ?1";
        EXPECT_EQ(connection.integer(sql, {"%\u00c9mile zola%"}), 1);
        EXPECT_EQ(connection.integer(sql, {"%\u00e9mile zola%"}), 0);
    });
}

TEST_F(PostgresqlDatabaseTest, a_notice_is_told_though_the_idle_connection_was_closed) {
    fieldsync::testing::PostgresqlProxy proxy(schema_.uri());
    const auto teller = open(proxy.uri()), listener = open(schema_.uri());
    const auto tells = teller->notices(), hears = listener->notices();
    hears->wait(0ms);
    tells->tell("first");
    proxy.hang_up();
    tells->tell("second");
    std::vector<std::string> heard;
    for (int i = 0; i < 100 && heard.size() < 2; ++i)
        for (std::string& text : hears->wait(100ms)) heard.push_back(std::move(text));
    EXPECT_EQ(heard, (std::vector<std::string>{"first", "second"}));
}

TEST_F(PostgresqlDatabaseTest, whoever_stops_does_not_wait_for_a_connection) {
    fieldsync::testing::PostgresqlProxy proxy(schema_.uri());
    const auto database = open(proxy.uri());
    const auto notices = database->notices();
    proxy.silence();
    const std::size_t accepted = proxy.accepted();
    auto waiting = std::async(std::launch::async, [&] { notices->wait(60s); });
    while (proxy.accepted() == accepted && waiting.wait_for(1ms) != std::future_status::ready) {
    }
    notices->stop();
    ASSERT_EQ(waiting.wait_for(5s), std::future_status::ready) << "half of what connecting may take";
    EXPECT_THROW(waiting.get(), StorageError);
}

}  // namespace
}  // namespace fieldsync::server::storage::test
