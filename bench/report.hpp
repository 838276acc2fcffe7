// Rows as a table for people and as JSON for programs.
#pragma once

#include <ostream>
#include <vector>

#include "measure.hpp"

namespace fieldsync::bench {

// A line for each row as it comes: runs take minutes.
void print_header(std::ostream& out);
void print_row(std::ostream& out, const Row& row);

// An array with an object a row.
void print_json(std::ostream& out, const std::vector<Row>& rows);

}  // namespace fieldsync::bench
