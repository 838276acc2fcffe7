#include "cli/commands/login.hpp"

#include "cli/password_prompt.hpp"
#include "cli/sync_session.hpp"
#include "fieldsync/device/transport.hpp"

namespace fieldsync::cli {
namespace {

void print_signed_in(const Context& context, const std::string& server, const device::SignedIn& who) {
    if (!context.json) {
        context.out << "signed in as " << who.user_name << " (" << who.user_type << ") of "
                    << who.business_name << "\n";
        return;
    }
    JsonWriter json;
    json.begin_object().field("server", server);
    json.key("user").begin_object();
    json.field("uid", who.user.to_string()).field("name", who.user_name).field("user_type", who.user_type);
    json.end_object().key("business").begin_object();
    json.field("uid", who.business.to_string()).field("name", who.business_name).end_object();
    json.field("device", context.engine.device().to_string())
        .field("store", context.engine.store().to_string());
    json.end_object();
    context.print(json);
}

}  // namespace

Outcome<Exit> login(Context& context, const LoginOptions& options) {
    if (!options.server.starts_with("http://"))
        return wrong_use("a server's address begins with http://, not '" + options.server + "'");
    auto password = options.password ? options.password : context.settings.password;
    if (!password) password = ask_password("Password of " + options.email + ": ");
    if (!password) return wrong_use("a password is needed: --password, FIELDSYNC_PASSWORD, or when asked");

    device::SignInCall call;
    call.server_url = options.server;
    call.email = options.email;
    call.password = *password;
    call.device = context.engine.device();
    call.device_name = context.settings.device_name;
    const device::SignInResult result = device::sign_in(call);
    if (!result.signed_in) return failure_of_end(result.end, result.code, result.message);

    const device::SignedIn& who = *result.signed_in;
    device::Account account;
    account.server_url = options.server;
    account.token = who.token;
    account.user = who.user;
    account.business = who.business;
    account.user_type = who.user_type;
    account.user_name = who.user_name;
    account.email = options.email;
    // A session of somebody else that still runs would go on writing his records here.
    const auto before = context.engine.account();
    const bool is_another = before && (before->user != who.user || before->business != who.business);
    const auto lease = is_another ? context.engine.try_sync_lease() : std::nullopt;
    if (is_another && !lease)
        return failed("store_busy",
                      "A daemon syncs this store for " + before->user_name + ": stop it first.");
    if (const auto kept = context.engine.sign_in(account); kept.has_error()) return failure_of(kept.error());
    print_signed_in(context, options.server, who);
    return Exit::done;
}

}  // namespace fieldsync::cli
