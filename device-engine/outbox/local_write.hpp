// LocalWriter: one write of the user. Completes and checks it against schema and rules, applies it
// provisionally and puts it into the outbox, in one transaction with the records and indexes; or refuses it
// as a whole.
#pragma once

#include "fieldsync/device/error.hpp"
#include "fieldsync/device/outbox.hpp"
#include "fieldsync/sync/environment.hpp"
#include "outbox/replay.hpp"

namespace fieldsync::device {

class LocalWriter {
  public:
    LocalWriter(Work& work, sync::Clock& clock, sync::Random& random)
        : work_(work), clock_(clock), random_(random) {}

    // Errors: not_signed_in, refused. After an error the transaction must not be committed.
    Result<LocalWrite> write(const std::vector<schema::Change>& changes);

  private:
    Result<void> write_one(schema::Change change, Replay& replay, sync::ChangeSet& set);
    bool drop_unchanged(schema::Change& change, const schema::Record& before) const;
    void fill_bases(schema::Change& change, const schema::Record& before, const Replay& replay,
                    const sync::ChangeSet& set) const;
    [[nodiscard]] schema::Seq base_of(const schema::RecordKey& key, schema::FieldNumber field,
                                      const sync::ChangeSet& set) const;
    [[nodiscard]] Result<void> check_size(std::size_t bytes) const;

    Work& work_;
    sync::Clock& clock_;
    sync::Random& random_;
    OwnFields seen_;  // the author saw what he writes over: nothing of it counts as set by others
};

}  // namespace fieldsync::device
