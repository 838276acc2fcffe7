// What every answer about a lead shows of it: the columns, and how they print.
#pragma once

#include <string>
#include <string_view>

#include "surfaces/endpoint.hpp"
#include "surfaces/json.hpp"
#include "surfaces/names.hpp"

namespace fieldsync::server::surfaces::crm {

// "SELECT … FROM `leads` JOIN …", where `leads` is the table or a page of it, called l.
std::string lead_sql(std::string_view leads);

// The members from `client_name` to `created_at`.
void write_lead_summary(JsonWriter& json, storage::Row& row, const Names& names, const Caller& caller);
// Columns that only some answers show.
inline constexpr int kLeadIdColumn = 0;
inline constexpr int kLeadClientIdColumn = 1;
inline constexpr int kLeadAssignedToColumn = 9;
inline constexpr int kLeadUidColumn = 19;
// The member `requirement`, of Get Lead.
void write_lead_requirement(JsonWriter& json, storage::Row& row, const Names& names);

// "Ankit Patel"; nothing where there is no such record.
std::optional<std::string> full_name_at(storage::Row& row, int first_name_column);

}  // namespace fieldsync::server::surfaces::crm
