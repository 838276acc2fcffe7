#include "surfaces/crm/access.hpp"

#include "records/values.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

constexpr const char* kLead =
    "SELECT id, uid, assigned_to, stage FROM lead WHERE business_id = ?1 AND id = ?2";
constexpr const char* kClient =
    "SELECT id, uid, assigned_to, NULL FROM client WHERE business_id = ?1 AND id = ?2";

Result<Opened> open(const char* sql, const Context& context, std::string_view forbidden) {
    Opened opened;
    schema::Uid assigned_to;
    context.connection.query(sql, {number(context.caller.business()), context.id()}, [&](storage::Row& row) {
        opened = {row.integer(0), read_uid(row, 1), read_uid(row, 3)};
        assigned_to = read_uid(row, 2);
    });
    if (opened.uid.is_nil()) return Failure{404};
    if (auto refused = refusal(context.caller, assigned_to, forbidden)) return *std::move(refused);
    return opened;
}

}  // namespace

std::optional<Failure> refusal(const Caller& caller, const schema::Uid& assigned_to,
                               std::string_view forbidden) {
    if (caller.is_admin || assigned_to == caller.owner.user) return std::nullopt;
    return Failure{403, std::string(forbidden)};
}

Result<Opened> open_lead(const Context& context, std::string_view forbidden) {
    return open(kLead, context, forbidden);
}
Result<Opened> open_client(const Context& context, std::string_view forbidden) {
    return open(kClient, context, forbidden);
}

}  // namespace fieldsync::server::surfaces::crm
