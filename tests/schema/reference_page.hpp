// schema/ENTITIES.md, written from the schema.
#pragma once

#include <string>

#include "fieldsync/schema/record.hpp"
#include "fieldsync/schema/schema.hpp"

namespace fieldsync::testing {

std::string reference_page(const schema::Schema& schema);

}  // namespace fieldsync::testing
