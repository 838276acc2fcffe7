// A database with the demo data's users, for tests of what signs them in.
#pragma once

#include <memory>
#include <string_view>

#include "accounts/tokens.hpp"
#include "fakes.hpp"
#include "records/record_table.hpp"
#include "server/support/server_database.hpp"
#include "storage/database.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server::accounts::testing {

struct UserKey {
    BusinessId business{};
    std::int64_t id = 0;
};

class AccountsDatabase {
  public:
    AccountsDatabase();

    UserKey user(std::string_view email);
    std::string issue(std::string_view email, Surface surface, const schema::Uid& device = {});
    std::optional<TokenOwner> find(std::string_view token);
    // The same database, as another process opens it.
    std::unique_ptr<storage::Database> opened_elsewhere();
    // Runs a statement that changes something.
    void change(std::string_view sql, std::initializer_list<storage::Parameter> parameters = {});

    fieldsync::testing::FakeClock clock;
    fieldsync::testing::SeededRandom random;

  private:
    fieldsync::testing::TempDir directory_;
    fieldsync::testing::ServerDatabase place_{directory_.path()};
    RecordTables tables_;
    storage::NoCommitPoints points_;
    WritePath path_;

  public:
    const std::unique_ptr<storage::Database> database;
    WriteQueue writes;  // writes at once, on the caller's thread
};

}  // namespace fieldsync::server::accounts::testing
