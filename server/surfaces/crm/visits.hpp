// How site visits are read and shown, by their list and inside Get Lead.
#pragma once

#include "surfaces/endpoint.hpp"
#include "surfaces/json.hpp"

namespace fieldsync::server::surfaces::crm {

// One JSON object for each visit of a lead, oldest first; returns how many. `with_lead_id`: as the list shows
// them.
std::int64_t write_visits(JsonWriter& json, storage::Connection& connection, BusinessId business,
                          const schema::Uid& lead, bool with_lead_id);

}  // namespace fieldsync::server::surfaces::crm
