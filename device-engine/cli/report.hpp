// Says why a command failed: for people on stderr, for programs on stdout too.
#pragma once

#include <ostream>

#include "cli/failure.hpp"

namespace fieldsync::cli {

// Returns the exit code that goes with it. JSON: {"error": {"code", "message", "errors": {field:
// [messages]}}}, without errors where there are none.
Exit report(const Failure& failure, bool json, std::ostream& out, std::ostream& err);

}  // namespace fieldsync::cli
