// What a field shows when a pending change meets the version beneath it, by the field's policy. A forecast:
// the server decides, with clocks that the device does not have.
#pragma once

#include "fieldsync/schema/record.hpp"
#include "fieldsync/schema/rules.hpp"

namespace fieldsync::device {

struct FieldMeeting {
    const schema::FieldChange& change;
    schema::Value current;       // what is shown now: confirmed, or of an earlier pending change
    bool set_by_others = false;  // `current` is confirmed, and by a version that the author had not seen
};

schema::Value forecast(const schema::Schema& schema, schema::EntityNumber entity, const schema::Field& field,
                       const FieldMeeting& meeting, const schema::RecordReader& records);

// Elements added and removed, from the set before to the set after.
void note_set_difference(const schema::StringSet& before, schema::FieldChange& change);

}  // namespace fieldsync::device
