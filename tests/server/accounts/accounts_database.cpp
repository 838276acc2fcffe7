#include "accounts_database.hpp"

#include "demo/demo.hpp"
#include "records/tables.hpp"

namespace fieldsync::server::accounts::testing {

AccountsDatabase::AccountsDatabase()
    : tables_(schema::Schema::current()),
      path_(tables_, clock, random),
      database(place_.open_prepared()),
      writes(*database, path_, points_, [](const std::function<void()>& pump) { pump(); }) {
    demo::seed_demo(*database, path_, clock, random, 0);
}

UserKey AccountsDatabase::user(std::string_view email) {
    return database->read([&](storage::Connection& connection) {
        UserKey key;
        connection.query("SELECT business_id, id FROM \"user\" WHERE email = ?1", {email},
                         [&](storage::Row& row) {
                             key = {BusinessId{row.integer(0)}, row.integer(1)};
                         });
        return key;
    });
}

std::string AccountsDatabase::issue(std::string_view email, Surface surface, const schema::Uid& device) {
    const UserKey key = user(email);
    return database->write([&](storage::Connection& connection) {
        return issue_token(connection, random, key.business, key.id, surface, device, clock.now_us());
    });
}

std::optional<TokenOwner> AccountsDatabase::find(std::string_view token) {
    return database->read(
        [&](storage::Connection& connection) { return find_token(connection, token, clock.now_us()); });
}

std::unique_ptr<storage::Database> AccountsDatabase::opened_elsewhere() {
    return place_.open_prepared();
}

void AccountsDatabase::change(std::string_view sql, std::initializer_list<storage::Parameter> parameters) {
    database->write([&](storage::Connection& connection) { connection.execute(sql, parameters); });
}

}  // namespace fieldsync::server::accounts::testing
