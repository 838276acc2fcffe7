#include "accounts/tokens.hpp"

#include <sodium.h>

#include <array>
#include <charconv>
#include <unordered_map>

#include "accounts/standing.hpp"
#include "records/values.hpp"
#include "write_path/change_log.hpp"

namespace fieldsync::server::accounts {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kHashBytes = 32;
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t kSecretCharacters = 43;
constexpr std::int64_t kDayUs = 86'400'000'000;

struct SurfaceRow {
    Surface surface;
    std::string_view word;
    std::int64_t lifetime_days;
    std::string_view user_types[2];
};
constexpr SurfaceRow kSurfaces[] = {
    {Surface::crm, "crm", 30, {"admin", "staff"}},
    {Surface::client_portal, "client_portal", 30, {"client"}},
    {Surface::platform, "platform", 30, {"super_admin"}},
    {Surface::sync, "sync", 90, {"admin", "staff"}},
};

const SurfaceRow& row_of(Surface surface) {
    return kSurfaces[static_cast<std::size_t>(surface)];
}

std::optional<Surface> surface_of(std::string_view word) {
    for (const SurfaceRow& row : kSurfaces)
        if (row.word == word) return row.surface;
    return std::nullopt;
}

// Tokens as they were read from this state of the database, by their ids. Asked for with every request.
struct KnownTokens {
    struct Token {
        std::string hash;
        TokenOwner owner;
    };
    static constexpr std::size_t kMax = 10'000;
    std::unordered_map<std::int64_t, Token> by_id;
};

// Super admins belong to no business: theirs is 0, and active.
constexpr const char* kFind =
    "SELECT t.hash, t.business_id, t.user_id, t.surface, t.device, t.last_used_at,"
    " u.uid, u.user_type, u.name, u.is_active,"
    " b.uid, b.is_active, b.subscription_status, b.time_zone, p.has_client_portal, p.has_offline_sync"
    " FROM token t"
    " JOIN \"user\" u ON u.business_id = t.business_id AND u.id = t.user_id"
    " LEFT JOIN business b ON b.business_id = t.business_id AND b.id = t.business_id"
    " LEFT JOIN plan p ON p.slug = b.plan"
    " WHERE t.id = ?1";
constexpr const char* kInsert =
    "INSERT INTO token (id, business_id, user_id, surface, device, hash, created_at, last_used_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)";
constexpr const char* kRevoke = "DELETE FROM token WHERE id = ?1";
constexpr const char* kTouch = "UPDATE token SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2";

using Hash = std::array<unsigned char, kHashBytes>;

Hash hash_of(std::string_view secret) {
    Hash hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(secret.data()),
                       secret.size(), nullptr, 0);
    return hash;
}

std::string_view view_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

bool equal(std::string_view stored, const Hash& hash) {
    return stored.size() == hash.size() && sodium_memcmp(stored.data(), hash.data(), hash.size()) == 0;
}

struct Parts {
    std::int64_t id = 0;
    std::string_view secret;
};

std::optional<Parts> parts_of(std::string_view token) {
    const auto bar = token.find('|');
    if (bar == std::string_view::npos) return std::nullopt;
    Parts parts;
    const char* end = token.data() + bar;
    const auto [stopped, error] = std::from_chars(token.data(), end, parts.id);
    parts.secret = token.substr(bar + 1);
    if (error != std::errc() || stopped != end || parts.secret.size() != kSecretCharacters)
        return std::nullopt;
    return parts;
}

TokenOwner owner_of(storage::Row& row, std::int64_t token_id, Surface surface) {
    TokenOwner owner;
    owner.token_id = token_id;
    owner.business = BusinessId{row.integer(1)};
    owner.user_id = row.integer(2);
    owner.surface = surface;
    owner.device = read_uid(row, 4);
    owner.last_used_at_us = row.integer(5);
    owner.user = read_uid(row, 6);
    owner.user_type = text_at(row, 7);
    owner.name = text_at(row, 8);
    owner.user_active = flag_at(row, 9);
    owner.business_uid = read_uid(row, 10);
    owner.business_active = is_in_standing(owner.business, flag_at(row, 11), text_at(row, 12));
    owner.time_zone = text_at(row, 13);
    owner.has_client_portal = flag_at(row, 14);
    owner.has_offline_sync = flag_at(row, 15);
    return owner;
}

// Null where there is none.
const KnownTokens::Token* stored_token(storage::Connection& connection, std::int64_t token_id) {
    auto& known = connection.memo().get<KnownTokens>().by_id;
    if (const auto kept = known.find(token_id); kept != known.end()) return &kept->second;
    std::optional<KnownTokens::Token> token;
    connection.query(kFind, {token_id}, [&](storage::Row& row) {
        if (const auto surface = surface_of(row.text(3)))
            token = {std::string(read_bytes(row, 0)), owner_of(row, token_id, *surface)};
    });
    if (!token) return nullptr;
    // Anew: the query may have emptied a writer's memo.
    auto& kept = connection.memo().get<KnownTokens>().by_id;
    if (kept.size() >= KnownTokens::kMax) kept.clear();
    return &kept.insert_or_assign(token_id, *std::move(token)).first->second;
}

}  // namespace

std::string_view word_of(Surface surface) {
    return row_of(surface).word;
}

bool admits(Surface surface, std::string_view user_type) {
    for (const std::string_view type : row_of(surface).user_types)
        if (!type.empty() && type == user_type) return true;
    return false;
}

std::int64_t lifetime_us(Surface surface) {
    return row_of(surface).lifetime_days * kDayUs;
}

std::optional<TokenOwner> find_token(storage::Connection& connection, std::string_view token,
                                     std::int64_t now_us) {
    const auto parts = parts_of(token);
    if (!parts) return std::nullopt;
    const Hash hash = hash_of(parts->secret);
    const KnownTokens::Token* stored = stored_token(connection, parts->id);
    if (stored == nullptr || !equal(stored->hash, hash)) return std::nullopt;
    const TokenOwner& owner = stored->owner;
    if (owner.last_used_at_us + lifetime_us(owner.surface) <= now_us) return std::nullopt;
    return owner;
}

std::string issue_token(storage::Connection& connection, sync::Random& random, BusinessId business,
                        std::int64_t user_id, Surface surface, const schema::Uid& device,
                        std::int64_t now_us) {
    std::array<std::uint8_t, kSecretBytes> bytes{};
    random.fill(bytes);
    std::array<char, kSecretCharacters + 1> secret{};
    sodium_bin2base64(secret.data(), secret.size(), bytes.data(), bytes.size(), kBase64);
    const Hash hash = hash_of({secret.data(), kSecretCharacters});
    const std::int64_t id = next_id(connection, kNoBusiness, "token");
    connection.execute(
        kInsert, {id, number(business), user_id, word_of(surface),
                  device.is_nil() ? storage::Parameter(nullptr) : blob(device), blob(view_of(hash)), now_us});
    return std::to_string(id) + "|" + secret.data();
}

void revoke_token(storage::Connection& connection, std::int64_t token_id) {
    connection.execute(kRevoke, {token_id});
}

void touch_token(storage::Connection& connection, std::int64_t token_id, std::int64_t now_us) {
    connection.execute(kTouch, {token_id, now_us});
}

}  // namespace fieldsync::server::accounts
