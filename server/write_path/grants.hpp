// Grants: who holds which scope, from which seq to which, derived from the data in the transaction that
// changes it. Admins hold one grant for everything in their business, with the nil scope.
#pragma once

#include <optional>
#include <vector>

#include "write_path/working_set.hpp"

namespace fieldsync::server {

struct Grant {
    schema::Uid scope;
    schema::Seq from{};
    std::optional<schema::Seq> to;
};

// Brings the grants to what the working set holds now, as of `seq`. Call after the change-set was applied.
void update_grants(storage::Connection& connection, BusinessId business, const schema::Uid& business_uid,
                   const WorkingSet& set, schema::Seq seq);

// Did the user hold the scope at any point from `since` on?
bool held_since(storage::Connection& connection, BusinessId business, const schema::Uid& user,
                const schema::Uid& scope, schema::Seq since);

// Did the user hold, at any point from `since` on, a scope that this record has left after it?
bool seen_since(storage::Connection& connection, BusinessId business, const schema::Uid& user,
                const schema::RecordKey& record, schema::Seq since);

// All grants of a user that were open at `since` or later.
std::vector<Grant> read_grants(storage::Connection& connection, BusinessId business, const schema::Uid& user,
                               schema::Seq since);

// Of these, those that entries after `since` can have to do with: grants that began or ended after it, and those
// of scopes that the log has changes in, or of everything. Some rows where the former reads thousands, as long as
// few changes are after `since`: all of them are looked at.
std::vector<Grant> read_grants_of_changes(storage::Connection& connection, BusinessId business,
                                          const schema::Uid& user, schema::Seq since);

}  // namespace fieldsync::server
