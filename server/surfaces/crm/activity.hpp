// How a lead's activity entries are read and shown, by their list and inside Get Lead.
#pragma once

#include "surfaces/endpoint.hpp"
#include "surfaces/json.hpp"
#include "surfaces/names.hpp"

namespace fieldsync::server::surfaces::crm {

enum class Order : std::uint8_t { oldest_first, newest_first };

// One JSON object for each entry of a lead.
void write_activity(JsonWriter& json, storage::Connection& connection, BusinessId business,
                    const schema::Uid& lead, Order order);

// Who did it; what the system did itself counts as the admin's.
std::string_view performer_at(storage::Row& row, int user_column, const Names& names);

}  // namespace fieldsync::server::surfaces::crm
