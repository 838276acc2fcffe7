// A client's projects, and how far their phases are.
#include "records/values.hpp"
#include "surfaces/client_portal/endpoints.hpp"
#include "surfaces/rows.hpp"
#include "surfaces/success_envelope.hpp"

namespace fieldsync::server::surfaces::client_portal {
namespace {

constexpr const char* kCountProjects =
    "SELECT count(*) FROM project WHERE business_id = ?1 AND client_user = ?2";
constexpr const char* kProjects =
    "SELECT p.id, l.id, p.name, p.description, p.status, p.contract_value, p.current_phase_key, p.address"
    " FROM project p"
    " LEFT JOIN location l ON l.business_id = p.business_id AND l.uid = p.location"
    " WHERE p.business_id = ?1 AND p.client_user = ?2 ORDER BY p.id LIMIT ?3 OFFSET ?4";

// CROSS JOIN: from his projects to their phases, whatever SQLite thinks of tables it knows nothing about.
constexpr const char* kCountPhases =
    "SELECT count(*) FROM project p CROSS JOIN phase h WHERE h.business_id = p.business_id AND h.project = "
    "p.uid"
    " AND p.business_id = ?1 AND p.client_user = ?2";
constexpr const char* kPhases =
    "SELECT h.id, p.id, h.phase_key, h.name, h.status, h.progress_percent, h.sort_order"
    " FROM project p CROSS JOIN phase h WHERE h.business_id = p.business_id AND h.project = p.uid"
    " AND p.business_id = ?1 AND p.client_user = ?2 ORDER BY h.sort_order, p.id, h.id LIMIT ?3 OFFSET ?4";

}  // namespace

using namespace success_envelope;

Outcome list_projects(Context& context) {
    const auto page = read_page(context.request);
    if (!page) return page.error();
    const accounts::TokenOwner& owner = context.caller.owner;
    const std::int64_t business = number(owner.business);
    const std::int64_t total =
        context.connection.integer(kCountProjects, {business, blob(owner.user)}).value_or(0);
    return success_page("Projects", *page, total, [&](JsonWriter& json) {
        const auto write = [&](storage::Row& row) {
            const auto value = integer_at(row, 5);
            json.begin_object();
            json.field("id", row.integer(0));
            json.field("business_id", business);
            json.field("location_id", integer_at(row, 1));
            json.field("client_user_id", owner.user_id);
            json.field("name", text_at(row, 2));
            json.field("description", text_at(row, 3));
            json.field("status", text_at(row, 4));
            json.field("contract_value", value ? std::optional(FloatNumber{*value, 2}) : std::nullopt);
            json.field("current_phase_key", text_at(row, 6));
            json.field("address", text_at(row, 7));
            json.end_object();
        };
        context.connection.query(kProjects, {business, blob(owner.user), page->per_page, page->offset()},
                                 write);
    });
}

Outcome list_progress(Context& context) {
    const auto page = read_page(context.request);
    if (!page) return page.error();
    const accounts::TokenOwner& owner = context.caller.owner;
    const std::int64_t business = number(owner.business);
    const std::int64_t total =
        context.connection.integer(kCountPhases, {business, blob(owner.user)}).value_or(0);
    return success_page("Progress", *page, total, [&](JsonWriter& json) {
        const auto write = [&](storage::Row& row) {
            json.begin_object();
            json.field("id", row.integer(0));
            json.field("project_id", row.integer(1));
            json.field("phase_key", text_at(row, 2));
            json.field("name", text_at(row, 3));
            json.field("status", text_at(row, 4));
            json.field("progress_percent", integer_at(row, 5));
            json.field("sort_order", integer_at(row, 6));
            json.end_object();
        };
        context.connection.query(kPhases, {business, blob(owner.user), page->per_page, page->offset()},
                                 write);
    });
}

}  // namespace fieldsync::server::surfaces::client_portal
