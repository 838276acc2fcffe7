// What a database holds as long as an installation is being moved into it: from where, and what that looked like.
// Nobody serves or changes such a half.
#pragma once

#include <optional>
#include <string>

#include "storage/connection.hpp"

namespace fieldsync::server::migration {

inline constexpr const char* marker_table = "migration";

// The source's fingerprint; nothing where no migration is under way.
std::optional<std::string> read_marker(storage::Connection& connection);
void write_marker(storage::Connection& connection, const std::string& fingerprint);
void remove_marker(storage::Connection& connection);

// Throws std::runtime_error, with a message for the operator, where one is under way.
void refuse_half_migrated(storage::Connection& connection);

}  // namespace fieldsync::server::migration
