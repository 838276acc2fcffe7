// How site visits are read and shown, by their list and inside Get Lead.
#pragma once

#include <cstdint>
#include <optional>

#include "surfaces/endpoint.hpp"
#include "surfaces/json.hpp"

namespace fieldsync::server::surfaces::crm {

// One JSON object for each visit of a lead, oldest first; returns how many. `lead_id`: shown with each where it
// is given, as in the list.
std::int64_t write_visits(JsonWriter& json, storage::Connection& connection, BusinessId business,
                          const schema::Uid& lead, std::optional<std::int64_t> lead_id);

}  // namespace fieldsync::server::surfaces::crm
