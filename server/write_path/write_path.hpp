// The one write path. Every write, be it a REST call, a push or a tool's, is a change-set that goes through
// `WritePath::run` in the writer's transaction:
//
//   head ─► known already? ─► author ─► each change: authorise, validate, resolve, apply, effects ─► grants
//        ─► tables, change-log, receipt
//
// It knows no HTTP. What the domain refuses is a receipt; an exception means that storage failed. Immutable
// after construction; run is called on the writer's thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fieldsync/schema/rules.hpp"
#include "fieldsync/sync/environment.hpp"
#include "fieldsync/sync/messages.hpp"
#include "records/record_table.hpp"
#include "write_path/write_group.hpp"

namespace fieldsync::server {

enum class Origin : std::uint8_t {
    rest,    // its base is the head; no receipt is recorded
    push,    // from a device: numbered, with bases, answered by a receipt for good
    system,  // tools and demo data: may set computed fields, makes no effects
};

struct WriteRequest {
    BusinessId business{};
    schema::Uid author;  // a user of the business; nil only for system
    Origin origin = Origin::rest;
    schema::Uid store;  // push: the device's store
    sync::ChangeSet set;
};

struct WriteOutcome {
    sync::Receipt receipt;
    bool wrote = false;          // a log entry was made
    bool must_renumber = false;  // push: nothing was done, the store's numbers are off
    std::uint64_t last_number = 0;
    sync::Cursor head;  // after it
};

class WritePath {
  public:
    WritePath(const RecordTables& tables, sync::Clock& clock, sync::Random& random);

    // One of a group; the group is settled by whoever has it. `refusal`: the request is not tried but refused
    // with it (it failed on healthy storage).
    WriteOutcome run(WriteGroup& group, const WriteRequest& request,
                     std::optional<schema::Refusal> refusal = {}) const;
    // Alone in its transaction, or among other things there.
    WriteOutcome run(storage::Connection& connection, const WriteRequest& request) const;

    [[nodiscard]] const RecordTables& tables() const { return tables_; }

  private:
    class Application;

    const RecordTables& tables_;
    sync::Clock& clock_;
    sync::Random& random_;
};

// The store that REST writes count as.
schema::Uid rest_store();

}  // namespace fieldsync::server
