#include "sync/gate.hpp"

#include "accounts/tokens.hpp"
#include "records/values.hpp"

namespace fieldsync::server {
namespace {

using sync::Goodbye;
using sync::GoodbyeAction;

// Everything that ends a session, in one statement: whether the token is still there, the user and the
// business are active, the plan has the feature, and what the office said of the device.
constexpr const char* kState =
    "SELECT (SELECT count(*) FROM token WHERE business_id = ?1 AND id = ?4),"
    " u.is_active, u.user_type, b.is_active, b.subscription_status, coalesce(p.has_offline_sync, 0),"
    " (SELECT d.state FROM device d WHERE d.business_id = ?1 AND d.uid = ?3)"
    " FROM \"user\" u JOIN business b ON b.business_id = u.business_id AND b.id = u.business_id"
    " LEFT JOIN plan p ON p.slug = b.plan"
    " WHERE u.business_id = ?1 AND u.uid = ?2";

Goodbye unauthenticated() {
    return {"unauthenticated", "Please sign in again.", GoodbyeAction::sign_in, 0};
}

}  // namespace

std::optional<Goodbye> still_admitted(storage::Connection& connection, const Peer& peer) {
    std::optional<Goodbye> goodbye = unauthenticated();
    connection.query(
        kState, {number(peer.business), blob(peer.user), blob(peer.device), peer.token_id},
        [&](storage::Row& row) {
            const std::string_view type = row.text(2);
            const std::string_view status = row.null(4) ? "active" : row.text(4);
            if (row.integer(0) == 0 || row.integer(1) == 0 || (type != "admin" && type != "staff")) return;
            if (!row.null(6) && row.text(6) == "revoked") {
                goodbye = Goodbye{"device_revoked", "This device was revoked.", GoodbyeAction::wipe, 0};
            } else if (row.integer(3) == 0 || status == "suspended" || status == "cancelled") {
                goodbye = Goodbye{"business_suspended",
                                  "Your business is suspended. Your work is kept on this device.",
                                  GoodbyeAction::stay_offline, 0};
            } else if (row.integer(5) == 0) {
                goodbye = Goodbye{"offline_sync_not_in_plan",
                                  "Your business's plan does not include offline sync. Your work is kept "
                                  "on this device.",
                                  GoodbyeAction::stay_offline, 0};
            } else {
                goodbye.reset();
            }
        });
    return goodbye;
}

Admission admit(storage::Connection& connection, const sync::Hello& hello, std::int64_t now_us) {
    if (hello.protocol_min > sync::kProtocolVersion || hello.protocol_max < sync::kProtocolVersion ||
        hello.schema_version < kSchemaVersionMin)
        return Goodbye{"upgrade_required", "Please update the app. Your work is kept on this device.",
                       GoodbyeAction::upgrade, 0};
    const auto owner = accounts::find_token(connection, hello.token, now_us);
    if (!owner || owner->surface != accounts::Surface::sync || owner->device != hello.device)
        return unauthenticated();
    Peer peer;
    peer.business = owner->business;
    peer.business_uid = owner->business_uid;
    peer.user = owner->user;
    peer.device = hello.device;
    peer.store = hello.store;
    peer.token_id = owner->token_id;
    peer.token_used_at_us = owner->last_used_at_us;
    peer.schema_version = hello.schema_version;
    if (auto goodbye = still_admitted(connection, peer)) return *goodbye;
    return peer;
}

}  // namespace fieldsync::server
