// The pipeline's stages.
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

constexpr const char* kActiveStages =
    "SELECT id, name, color, \"order\", is_default, is_closed_won, is_closed_lost FROM stage"
    " WHERE business_id = ?1 AND is_active = 1 ORDER BY \"order\", id";

}  // namespace

Outcome list_stages(Context& context) {
    return success(200, "Stages fetched successfully.", [&](JsonWriter& json) {
        json.begin_array();
        context.connection.query(kActiveStages, {number(context.caller.business())}, [&](storage::Row& row) {
            json.begin_object();
            json.field("id", row.integer(0));
            json.field("name", text_at(row, 1));
            json.field("color", text_at(row, 2));
            json.field("order", integer_at(row, 3));
            json.field("is_default", flag_at(row, 4));
            json.field("is_closed_won", flag_at(row, 5));
            json.field("is_closed_lost", flag_at(row, 6));
            json.end_object();
        });
        json.end_array();
    });
}

}  // namespace fieldsync::server::surfaces::crm
