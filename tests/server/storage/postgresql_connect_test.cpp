// What is said of a PostgreSQL that cannot be connected to.
#include <gtest/gtest.h>

#include "storage/open_database.hpp"
#include "storage_contract.hpp"

namespace fieldsync::server::storage::test {
namespace {

// Nobody listens at port 1.
TEST(PostgresqlConnectTest, no_message_holds_a_password_or_a_part_of_it) {
    for (const char* uri : {
             "postgresql://user:s3cret@127.0.0.1:1/name",
             "postgresql://user:s3cret%zz@127.0.0.1:1/name",
             "postgresql://user:first@s3cret@127.0.0.1:1/name",
             "postgresql://user:first/s3cret@127.0.0.1:1/name",
             "postgresql://user:1/s3cret@127.0.0.1:1/name",
             "postgresql://user:first?s3cret@127.0.0.1:1/name",
             "postgresql://user:1?s3cret=@127.0.0.1:1/name",
             "postgresql://user:first#s3cret@127.0.0.1:1/name",
             "postgresql://user:s3cret",
             "postgresql://user:first s3cret@127.0.0.1:1/name",
             "postgresql://user:[s3cret@127.0.0.1:1/name",
             "password=s3cret host=127.0.0.1",
             "s3cret:",
         }) {
        const StorageError error = storage_error_of([uri] { open_database(uri, {}); });
        EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos) << error.what();
    }
}

TEST(PostgresqlConnectTest, a_uri_that_cannot_be_read_is_a_mistake_and_a_server_that_is_away_is_not) {
    const auto kind_of = [](const char* uri) {
        return storage_error_of([uri] { open_database(uri, {}); }).kind();
    };
    EXPECT_EQ(kind_of("postgresql://user:pass@word@127.0.0.1:1/name"), StorageError::Kind::other);
    EXPECT_EQ(kind_of("postgresql://user:pass%40word@127.0.0.1:1/name"), StorageError::Kind::unavailable);
}

}  // namespace
}  // namespace fieldsync::server::storage::test
