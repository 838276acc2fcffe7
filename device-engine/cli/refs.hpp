// REF on the command line: a record's uid, or the id that the server gave it; and what people call a record.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "cli/failure.hpp"
#include "fieldsync/device/engine.hpp"

namespace fieldsync::cli {

// Errors: wrong use (no such entity).
Outcome<const schema::EntityTable*> find_entity(const schema::Schema& schema, std::string_view name);
// Errors: wrong use (neither a uid nor an id), not_found.
Outcome<schema::Record> find_record(const device::Engine& engine, const schema::EntityTable& table,
                                    std::string_view ref);
// As parse_value(); a relation may also be the id of a record that is here.
Outcome<schema::Value> parse_value_or_ref(const device::Engine& engine, const schema::Schema& schema,
                                          const schema::Field& field, std::string_view text);

// Names for uids, as far as the device knows them. Remembers what it looked up; for one command's output.
class Names {
  public:
    Names(const device::Engine& engine, const schema::Schema& schema) : engine_(engine), schema_(schema) {}

    // The record's name or title, a lead's client's; else the uid.
    const std::string& of(schema::EntityNumber entity, const schema::Uid& uid);
    // What people are shown of a value.
    std::string shown(const schema::Field& field, const schema::Value& value);

  private:
    std::string look_up(schema::EntityNumber entity, const schema::Uid& uid);

    const device::Engine& engine_;
    const schema::Schema& schema_;
    std::unordered_map<schema::RecordKey, std::string> known_;
};

}  // namespace fieldsync::cli
