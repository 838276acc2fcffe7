// Records, as an object or array for programs, as tables for people.
#pragma once

#include "cli/context.hpp"
#include "cli/refs.hpp"

namespace fieldsync::cli {

void print_record(const Context& context, const schema::EntityTable& table, const schema::Record& record);
void print_records(const Context& context, const schema::EntityTable& table,
                   const std::vector<schema::Record>& records);
// One line a field.
void add_fields(Table& lines, Names& names, const schema::EntityTable& table, const schema::Record& record);
// Empty while the server has not given one.
std::string id_text(const schema::Record& record);

// Writes these changes and prints the first one's record as it is then.
Outcome<Exit> write_and_print(const Context& context, const std::vector<schema::Change>& changes);

}  // namespace fieldsync::cli
