// The tables as a database's own catalog has them. A migration lists no table or column: one that is added tomorrow
// is moved as well.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/connection.hpp"

namespace fieldsync::server::migration {

enum class Kind : std::uint8_t { integer, text, blob };

struct Column {
    std::string name;
    Kind kind{};
    bool operator==(const Column&) const = default;
};

struct TableShape {
    std::string name;
    std::vector<Column> columns;   // by name: tables that grew have another order than new ones
    std::vector<std::size_t> key;  // the primary key's columns, in its order
    bool operator==(const TableShape&) const = default;
};

// By name; those that say what database it is are left out. Throws std::runtime_error for a table that has no
// primary key or a column of a kind that we do not use.
std::vector<TableShape> table_shapes(storage::Connection& connection);

std::string quoted(std::string_view name);

}  // namespace fieldsync::server::migration
