// What must hold of a store at rest, whatever was done to it: every table that follows from others does
// follow from them, and applying all pending change-sets anew changes nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fieldsync/schema/schema.hpp"

namespace fieldsync::testing {

// What is wrong, one line each. Nobody in this process may have the store open.
std::vector<std::string> faults_of_store(const std::filesystem::path& store, const schema::Schema& schema);

}  // namespace fieldsync::testing
