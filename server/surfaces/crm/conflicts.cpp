// Values that lost against concurrent writes (ours, not of the document): admins see all, staff those of the
// scopes they hold.
#include "records/values.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/filter.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

constexpr std::string_view kCount = "SELECT count(*) FROM conflict c WHERE c.business_id = ?1";
constexpr std::string_view kList =
    "SELECT c.id, c.uid, c.entity, c.record, c.field, c.policy, c.winner_value, w.name, c.winner_at,"
    " c.loser_value, l.name, c.loser_at, c.created_at FROM conflict c"
    " LEFT JOIN \"user\" w ON w.business_id = c.business_id AND w.uid = c.winner_user"
    " LEFT JOIN \"user\" l ON l.business_id = c.business_id AND l.uid = c.loser_user"
    " WHERE c.business_id = ?1";
constexpr std::string_view kHeldBy =
    "EXISTS (SELECT 1 FROM scope_grant g WHERE g.business_id = c.business_id AND g.user_uid = ? AND g.scope "
    "= c.scope"
    " AND g.to_seq IS NULL)";

void write_side(JsonWriter& json, std::string_view name, storage::Row& row, int value_column) {
    json.object(name, [&] {
        json.field("value", text_at(row, value_column));
        json.field("user", text_at(row, value_column + 1));
        json.field("at", time_at(row, value_column + 2));
    });
}

void write_conflict(JsonWriter& json, storage::Row& row) {
    json.begin_object();
    json.field("id", row.integer(0));
    json.field("uid", read_uid(row, 1).to_string());
    json.field("entity", text_at(row, 2));
    json.field("record", read_uid(row, 3).to_string());
    const auto field = text_at(row, 4);  // empty: the whole record
    json.field("field", field && !field->empty() ? field : std::nullopt);
    json.field("policy", text_at(row, 5));
    write_side(json, "winner", row, 6);
    write_side(json, "loser", row, 9);
    json.field("created_at", time_at(row, 12));
    json.end_object();
}

}  // namespace

Outcome list_conflicts(Context& context) {
    const auto page = read_page(context.request);
    if (!page) return page.error();
    Filter filter(context.caller.business());
    if (!context.caller.is_admin) filter.add(kHeldBy, blob(context.caller.owner.user));

    const std::int64_t total =
        context.connection.integer(filter.sql(kCount), filter.parameters()).value_or(0);
    return success_page("Conflicts fetched successfully.", *page, total, [&](JsonWriter& json) {
        std::int64_t shown = 0;
        const std::string sql = filter.page_sql(kList, " ORDER BY c.created_at DESC, c.id DESC");
        context.connection.query(sql, filter.parameters(*page), [&](storage::Row& row) {
            ++shown;
            write_conflict(json, row);
        });
        return shown;
    });
}

}  // namespace fieldsync::server::surfaces::crm
