#include "cli/commands/work.hpp"
#include "cli/refs.hpp"
#include "cli/sync_session.hpp"
#include "fieldsync/schema/calendar.hpp"

namespace fieldsync::cli {
namespace {

constexpr const char* kNeverSynced = "never synced";
constexpr const char* kStopped = "stopped";

struct Business {
    std::string uid, name;  // the name is empty until it was pulled
};

Business business_of(const Context& context, const device::Account& account) {
    const auto record = context.engine.get({schema::entity::business, account.business});
    constexpr auto name = schema::number_of<schema::business_fields>("business_name");
    return {account.business.to_string(), record ? record->fields.text(name) : std::string()};
}

// What was said last; of a daemon that was killed it does not hold any more.
std::string state_of(const Context& context, const device::Status& status) {
    if (status.sync_state.empty()) return kNeverSynced;
    return status.sync_state == kLive && context.engine.try_sync_lease() ? kStopped : status.sync_state;
}

std::string clock_text(std::int64_t offset_ms) {
    const std::string apart = std::to_string(offset_ms < 0 ? -offset_ms : offset_ms);
    return apart + (offset_ms < 0 ? " ms ahead of the server's" : " ms behind the server's");
}

void print_json(const Context& context, const device::Account& account, const device::Status& status) {
    const Business business = business_of(context, account);
    JsonWriter json;
    json.begin_object();
    json.field("server", account.server_url);
    json.key("user").begin_object();
    json.field("uid", account.user.to_string()).field("name", account.user_name);
    json.field("email", account.email).field("user_type", account.user_type).end_object();
    json.key("business").begin_object().field("uid", business.uid).key("name");
    if (business.name.empty())
        json.null();
    else
        json.value(business.name);
    json.end_object();
    json.field("device", context.engine.device().to_string());
    json.field("store", context.engine.store().to_string());
    json.field("state", state_of(context, status));
    json.key("last_sync_at");
    if (status.last_sync_at_us == 0)
        json.null();
    else
        json.value(schema::format_utc(status.last_sync_at_us));
    json.field("pending", status.pending).field("unsent", status.unsent);
    json.field("rejected", status.rejected).field("conflicts", status.conflicts);
    json.field("cursor", schema::number(status.cursor.seq)).field("head", schema::number(status.head));
    json.field("offset_ms", status.offset_us / 1000);
    json.key("scopes").begin_object();
    json.field("shown", status.scopes_shown).field("unfinished", status.scopes_unfinished).end_object();
    json.field("ignored_changes", status.ignored_changes);
    json.end_object();
    context.print(json);
}

void print_table(const Context& context, const device::Account& account, const device::Status& status) {
    const Business business = business_of(context, account);
    Table lines;
    lines.add({"server", account.server_url});
    lines.add({"user", account.user_name + " <" + account.email + ">, " + account.user_type});
    lines.add({"business", business.name.empty() ? business.uid : business.name});
    lines.add({"state", state_of(context, status)});
    lines.add(
        {"last sync", status.last_sync_at_us == 0 ? "never" : schema::format_utc(status.last_sync_at_us)});
    lines.add(
        {"pending", std::to_string(status.pending) + ", " + std::to_string(status.unsent) + " not sent yet"});
    lines.add({"rejected", std::to_string(status.rejected)});
    lines.add({"conflicts", std::to_string(status.conflicts)});
    lines.add({"cursor", std::to_string(schema::number(status.cursor.seq)) + " of " +
                             std::to_string(schema::number(status.head))});
    lines.add({"scopes", std::to_string(status.scopes_shown) + " shown, " +
                             std::to_string(status.scopes_unfinished) + " on their way"});
    lines.add({"clock", clock_text(status.offset_us / 1000)});
    if (status.ignored_changes != 0) lines.add({"ignored changes", std::to_string(status.ignored_changes)});
    context.print(lines);
}

}  // namespace

Outcome<Exit> status(Context& context) {
    const auto account = context.engine.account();
    if (!account) return failed("not_signed_in", "Nobody is signed in on this store.");
    if (context.json)
        print_json(context, *account, context.engine.status());
    else
        print_table(context, *account, context.engine.status());
    return Exit::done;
}

}  // namespace fieldsync::cli
