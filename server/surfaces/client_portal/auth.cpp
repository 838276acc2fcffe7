// Login and logout.
#include "surfaces/client_portal/endpoints.hpp"
#include "surfaces/success_envelope.hpp"

namespace fieldsync::server::surfaces::client_portal {

using namespace success_envelope;

http::Response welcome(const accounts::SignedIn& user) {
    return success(200, "Logged in", [&](JsonWriter& json) {
        json.begin_object();
        json.field("token", user.token);
        json.object("user", [&] {
            json.field("id", user.user_id);
            json.field("username", user.username.empty() ? std::nullopt : std::optional(user.username));
            json.field("email", user.email);
            json.field("display_name", user.name);
            json.field("user_type", user.user_type);
            const std::int64_t business = number(user.business);
            json.field("business_id", business == 0 ? std::nullopt : std::optional(business));
            json.field("is_active", true);  // others are not let in
        });
        json.end_object();
    });
}

Outcome logout(Context& context) {
    return Task{
        [id = context.caller.owner.token_id](storage::Connection& c) { accounts::revoke_token(c, id); },
        success(200, "Logged out", [](JsonWriter& json) { json.value(nullptr); })};
}

}  // namespace fieldsync::server::surfaces::client_portal
