// Receipts of pushed change-sets, and the numbering of each store's. Used inside the write path's
// transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "fieldsync/sync/messages.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server {

// The receipt a change-set got first; of one that its device confirmed, uid, status and seq are left. To
// anybody but its author the uid is refused, and nothing of it told.
std::optional<sync::Receipt> find_receipt(storage::Connection& connection, BusinessId business,
                                          const schema::Uid& change_set, const schema::Uid& author);

// `content`: the change-set's bytes, kept where it was refused, for the office.
void record_receipt(storage::Connection& connection, BusinessId business, const schema::Uid& store,
                    const schema::Uid& author, const sync::Receipt& receipt, std::string_view content);

// The device has them: the bodies may go.
void trim_receipts(storage::Connection& connection, BusinessId business, const schema::Uid& author,
                   const std::vector<schema::Uid>& change_sets);

// The last number of a store's change-sets; nothing for a store that never pushed or was never seen.
std::optional<std::uint64_t> last_number(storage::Connection& connection, BusinessId business,
                                         const schema::Uid& store);
void move_last_number(storage::Connection& connection, BusinessId business, const schema::Uid& store,
                      std::uint64_t number);

}  // namespace fieldsync::server
