#include "engine/meta.hpp"

#include <algorithm>

#include "fieldsync/sync/limits.hpp"
#include "store/keys.hpp"

namespace fieldsync::device {
namespace {

// What the server said, if it said less than the protocol allows.
std::uint64_t at_most(std::uint64_t said, std::uint64_t allowed) {
    return said == 0 ? allowed : std::min(said, allowed);
}

}  // namespace

std::string MetaView::text(std::string_view name) const {
    return std::string(tables_.get(store::Table::meta, name).value_or(std::string_view{}));
}

std::uint64_t MetaView::number(std::string_view name) const {
    return store::read_u64(text(name));
}

schema::Uid MetaView::uid(std::string_view name) const {
    return store::read_uid(text(name));
}

std::optional<Account> MetaView::account() const {
    Account account;
    account.user = uid("account.user");
    if (account.user.is_nil()) return std::nullopt;
    account.business = uid("account.business");
    account.server_url = text("account.server_url");
    account.token = text("account.token");
    account.user_type = text("account.user_type");
    account.user_name = text("account.user_name");
    account.email = text("account.email");
    return account;
}

sync::Cursor MetaView::cursor() const {
    const std::string bytes = text("cursor");
    if (bytes.size() < 16) return {};
    return {schema::Seq{store::read_u64(bytes)}, store::read_u64(std::string_view(bytes).substr(8))};
}

std::uint64_t MetaView::changes_per_set_max() const {
    return at_most(number("limit.changes"), sync::limits::changes_per_set_max);
}

std::uint64_t MetaView::change_set_bytes_max() const {
    return at_most(number("limit.bytes"), sync::limits::change_set_bytes_max);
}

void Meta::set_account(const Account& account) {
    put("account.user", account.user.view());
    put("account.business", account.business.view());
    put("account.server_url", account.server_url);
    put("account.token", account.token);
    put("account.user_type", account.user_type);
    put("account.user_name", account.user_name);
    put("account.email", account.email);
}

void Meta::set_cursor(const sync::Cursor& cursor) {
    put("cursor", store::u64_key(schema::number(cursor.seq)) + store::u64_key(cursor.stamp));
}

void Meta::set_limits(const sync::Limits& limits) {
    put_number("limit.changes", limits.changes_per_set_max);
    put_number("limit.bytes", limits.change_set_bytes_max);
}

void Meta::put_number(std::string_view name, std::uint64_t number) {
    put(name, store::u64_key(number));
}

}  // namespace fieldsync::device
