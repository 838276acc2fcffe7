// A client's notifications, newest first.
#include "records/values.hpp"
#include "surfaces/client_portal/endpoints.hpp"
#include "surfaces/rows.hpp"
#include "surfaces/success_envelope.hpp"

namespace fieldsync::server::surfaces::client_portal {
namespace {

constexpr const char* kCount = "SELECT count(*) FROM notification WHERE business_id = ?1 AND \"user\" = ?2";
constexpr const char* kList =
    "SELECT id, title, body, is_read FROM notification WHERE business_id = ?1 AND \"user\" = ?2"
    " ORDER BY id DESC LIMIT ?3 OFFSET ?4";

}  // namespace

using namespace success_envelope;

Outcome list_notifications(Context& context) {
    const auto page = read_page(context.request);
    if (!page) return page.error();
    const accounts::TokenOwner& owner = context.caller.owner;
    const std::int64_t business = number(owner.business);
    const std::int64_t total = context.connection.integer(kCount, {business, blob(owner.user)}).value_or(0);
    return success_page("Notifications", *page, total, [&](JsonWriter& json) {
        const auto write = [&](storage::Row& row) {
            json.begin_object();
            json.field("id", row.integer(0));
            json.field("title", text_at(row, 1));
            json.field("body", text_at(row, 2));
            json.field("is_read", flag_at(row, 3));
            json.end_object();
        };
        context.connection.query(kList, {business, blob(owner.user), page->per_page, page->offset()}, write);
    });
}

}  // namespace fieldsync::server::surfaces::client_portal
