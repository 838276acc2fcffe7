// The surfaces over the demo data, without sockets: a request goes through the router to its handler, and
// what a handler answers later is waited for. Everything runs on the calling thread, at 2026-05-20T10:00Z.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "accounts/sign_in.hpp"
#include "fakes.hpp"
#include "http/router.hpp"
#include "server/support/server_database.hpp"
#include "storage/database.hpp"
#include "surfaces/mount.hpp"

namespace fieldsync::server::surfaces::testing {

namespace json = boost::json;
using http::Method;

struct Answered {
    unsigned status = 0;
    http::Response response;
    json::value body;

    // A member by its path: "result.data.0.id". Throws where there is none.
    [[nodiscard]] const json::value& at(std::string_view path) const;
    [[nodiscard]] std::string text(std::string_view path) const;
    [[nodiscard]] std::int64_t number(std::string_view path) const;
    [[nodiscard]] std::string message() const;
    // The messages of a field's errors; none where the field has none.
    [[nodiscard]] std::vector<std::string> errors(std::string_view field) const;
    [[nodiscard]] std::size_t fields_in_error() const;
};

class DemoServer {
  public:
    explicit DemoServer(storage::Dialect kind = fieldsync::testing::tested_storage());

    // `target` with its query; a body is sent as application/json.
    Answered call(Method method, std::string_view target, std::string_view token = {},
                  std::string_view body = {});
    Answered get(std::string_view target, std::string_view token) { return call(Method::get, target, token); }
    Answered send(http::Request request);

    // A token of the user, made without his password.
    std::string token(std::string_view email, accounts::Surface surface = accounts::Surface::crm);
    std::string admin() { return token("john@example.com"); }
    std::string rahul() { return token("rahul@example.com"); }  // holds Ankit Patel's lead
    std::string staff() { return token("staff@example.com"); }  // holds the client Ankit Patel
    std::string portal_client() { return token("client@engineering.test", accounts::Surface::client_portal); }

    // The first column of the first row; throws where there is none.
    std::int64_t integer(std::string_view sql, std::initializer_list<storage::Parameter> parameters = {});
    void change(std::string_view sql, std::initializer_list<storage::Parameter> parameters = {});
    std::int64_t lead_of(std::string_view client_first_name);
    std::int64_t client(std::string_view first_name);
    std::int64_t property(std::string_view title);
    std::int64_t stage(std::string_view name);

    fieldsync::testing::FakeClock clock;
    fieldsync::testing::SeededRandom random;

  private:
    fieldsync::testing::TempDir directory_;
    fieldsync::testing::ServerDatabase place_;
    RecordTables tables_;
    storage::NoCommitPoints points_;

  public:
    const WritePath path;
    const std::unique_ptr<storage::Database> database;
    WriteQueue writes;
    accounts::SignIn sign_in;
    storage::ReadBridge reads;
    http::Router router;
};

// The members and their types, arrays by their first element: what a document's example and an answer have in
// common. Null in either fits anything.
std::string shape_difference(const json::value& documented, const json::value& answered,
                             const std::string& at = "");
// Of an answer's body and an example as the document prints it.
void expect_shape(const Answered& answer, std::string_view documented);

}  // namespace fieldsync::server::surfaces::testing
