// What the engine says of local writes and of the work that is on its way to the server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fieldsync/sync/messages.hpp"

namespace fieldsync::device {

// A local write that was committed.
struct LocalWrite {
    schema::Uid change_set;               // nil when nothing changed
    std::vector<schema::Change> changes;  // as completed; those that changed nothing are left out
};

// A change-set that the server has not confirmed, or whose effect has not come back yet.
struct OutboxItem {
    sync::ChangeSet set;
    std::optional<sync::Receipt> receipt;  // applied or merged, and waiting for the cursor
};

// A change-set that the server refused, undone here and kept whole.
struct RejectedItem {
    sync::ChangeSet set;
    sync::Receipt receipt;   // code, message and field errors say why
    std::int64_t at_us = 0;  // when that was heard, by the server's clock
};

struct Status {
    std::size_t pending = 0;  // change-sets in the outbox
    std::size_t unsent = 0;   // of these, without a receipt
    std::size_t rejected = 0;
    std::size_t conflicts = 0;  // conflict records shown here
    std::size_t scopes_shown = 0;
    std::size_t scopes_unfinished = 0;
    sync::Cursor cursor;
    schema::Seq head{};  // the server's, as last heard
    std::int64_t last_sync_at_us =
        0;                       // when everything had been pulled last, by the server's clock; 0: never
    std::int64_t offset_us = 0;  // the server's clock minus this device's
    std::uint64_t ignored_changes = 0;  // log entries that fitted nowhere: should stay 0
    std::string sync_state;  // what the last sync said: why nothing is going on, or that all is well
};

}  // namespace fieldsync::device
