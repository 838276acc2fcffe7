// A record's clock: for every field that clients changed since the insert, who changed it last; for sets also
// who added an element last. Kept as one small blob beside the record.
//
//   entry: field u16 | seq u64 | hlc u64 | store 16 bytes | element length u16 | element      (big endian)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fieldsync/schema/record.hpp"
#include "fieldsync/sync/merge.hpp"

namespace fieldsync::server {

struct ClockEntry {
    schema::FieldNumber field{};
    std::string element;  // of a set; empty for the field itself
    schema::Seq seq{};
    sync::WriteStamp stamp;
};

class RecordClock {
  public:
    // A blob that is not one throws std::runtime_error: the database is damaged.
    static RecordClock decode(std::string_view blob);
    [[nodiscard]] std::string encode() const;

    [[nodiscard]] const ClockEntry* find(schema::FieldNumber field, std::string_view element = {}) const;
    void set(ClockEntry entry);
    [[nodiscard]] const std::vector<ClockEntry>& entries() const { return entries_; }

  private:
    std::vector<ClockEntry> entries_;
};

}  // namespace fieldsync::server
