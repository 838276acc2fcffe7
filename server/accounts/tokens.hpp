// Opaque bearer tokens, `{id}|{secret}`: a 256-bit secret of which only the hash is stored. A token opens one
// surface, expires some time after its last use, and is revoked by being deleted.
//
// Functions over a connection in a transaction of the caller's; stateless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fieldsync/schema/uid.hpp"
#include "fieldsync/sync/environment.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server::accounts {

enum class Surface : std::uint8_t { crm, client_portal, platform, sync };

// As the table stores it.
std::string_view word_of(Surface surface);
// Which users a surface is for.
bool admits(Surface surface, std::string_view user_type);

// Of a token of the surface, counted from its last use.
std::int64_t lifetime_us(Surface surface);

// How long a use goes unrecorded: last_used_at is exact enough with one write an hour.
inline constexpr std::int64_t kTouchAfterUs = 3'600'000'000;

// Whom a token stands for, as he is now.
struct TokenOwner {
    std::int64_t token_id = 0;
    BusinessId business{};
    std::int64_t user_id = 0;
    schema::Uid user;
    schema::Uid business_uid;  // nil for the platform
    std::string user_type;
    std::string name;
    Surface surface{};
    schema::Uid device;  // sync: the one the token is bound to
    std::int64_t last_used_at_us = 0;
    bool user_active = false;
    bool business_active = false;  // neither switched off nor suspended or cancelled
    std::string time_zone;
    bool has_client_portal = false;  // by the business's plan
    bool has_offline_sync = false;
};

// Nothing for a token that is malformed, unknown, wrong or expired. One statement, or none while nobody commits
// (storage/memo.hpp); the hash is compared in constant time.
std::optional<TokenOwner> find_token(storage::Connection& connection, std::string_view token,
                                     std::int64_t now_us);

// The token's text, known to nobody afterwards but who gets it. `device`: nil where there is none.
std::string issue_token(storage::Connection& connection, sync::Random& random, BusinessId business,
                        std::int64_t user_id, Surface surface, const schema::Uid& device,
                        std::int64_t now_us);

void revoke_token(storage::Connection& connection, std::int64_t token_id);
void touch_token(storage::Connection& connection, std::int64_t token_id, std::int64_t now_us);

}  // namespace fieldsync::server::accounts
