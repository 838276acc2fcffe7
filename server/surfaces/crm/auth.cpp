// Login, logout, and who is signed in.
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

constexpr const char* kProfile =
    "SELECT id, name, email, user_type, mobile FROM \"user\" WHERE business_id = ?1 AND id = ?2";

}  // namespace

http::Response welcome(const accounts::SignedIn& user) {
    return success(200, "Login successful.", [&](JsonWriter& json) {
        json.begin_object();
        json.field("token", user.token);
        json.field("role", user.user_type);
        json.object("user", [&] {
            json.field("id", user.user_id);
            json.field("name", user.name);
            json.field("email", user.email);
        });
        json.end_object();
    });
}

Outcome logout(Context& context) {
    return Task{
        [id = context.caller.owner.token_id](storage::Connection& c) { accounts::revoke_token(c, id); },
        success("Logged out successfully.")};
}

Outcome me(Context& context) {
    return success(200, "User profile fetched successfully.", [&](JsonWriter& json) {
        const Caller& caller = context.caller;
        context.connection.query(kProfile, {number(caller.business()), caller.owner.user_id},
                                 [&](storage::Row& row) {
                                     json.begin_object();
                                     json.field("id", row.integer(0));
                                     json.field("name", text_at(row, 1));
                                     json.field("email", text_at(row, 2));
                                     json.field("role", text_at(row, 3));
                                     json.field("mobile", text_at(row, 4));
                                     json.end_object();
                                 });
    });
}

}  // namespace fieldsync::server::surfaces::crm
