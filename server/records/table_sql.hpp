// The statements that make the tables: the server's own and one for each entity of the schema. prepare_tables
// runs them; `fieldsync-server schema` prints them.
//
// Citus can distribute the tables by business_id: it leads every primary and unique key, and no constraint and
// no join crosses businesses. What all businesses share is a reference table, a copy on every node. Two look-ups
// cannot name a business and ask all shards, by an index that is no constraint: a token's by its id, an account's
// by its e-mail address.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "fieldsync/schema/schema.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server {

struct ServerTable {
    std::string_view name;
    std::string_view sql;    // it and its indexes, unless they are there; as SQLite takes it
    bool is_shared = false;  // by all businesses: it has no business_id
    bool is_passing = false;  // of the last minutes: a migration leaves it behind
};

// Those that hold no records.
std::span<const ServerTable> server_tables();
std::string server_tables_sql(storage::Dialect dialect);

// An entity's table and indexes, where there is none yet; and what one with these columns lacks today.
std::string create_entity_sql(const schema::EntityTable& entity, storage::Dialect dialect);
std::string grow_entity_sql(const schema::EntityTable& entity, storage::Dialect dialect,
                            const std::set<std::string>& existing);

// All of a new installation, its format included: run in an empty database it leaves nothing for prepare_tables
// to do.
std::string installation_sql(const schema::Schema& schema, storage::Dialect dialect);
// For Citus, behind that: every business's rows together on one node.
std::string distribution_sql(const schema::Schema& schema);

}  // namespace fieldsync::server
