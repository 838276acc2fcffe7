// Touch: what a pending change-set was forecast to do to one record. Kept beside the change-set: when the
// server's version says just that, those behind it need not be applied anew (rebase.hpp).
#pragma once

#include <cstdint>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>

#include "fieldsync/schema/record.hpp"

namespace fieldsync::device {

struct Touch {
    std::uint32_t changes = 0;  // its own that name the record; else there is an effect, or a mere look
    bool is_forecast = true;    // `fields` tell it all; not for a record that is made, erased or moved
    schema::FieldMap fields{};  // what it writes, where that differs from what was there
};

// By record; marks of scopes among them.
using Touches = std::pmr::map<schema::RecordKey, Touch>;

// Adds the step from `before` to `after`; nothing where there is no record.
void note_step(const schema::Record* before, const schema::Record* after, Touch& touch);

std::string encode_stored(const Touch& touch);
// What earlier programs stored, nothing at all, is no forecast.
Touch decode_stored_touch(std::string_view bytes);

}  // namespace fieldsync::device
