// Asks for a password on the terminal, without echo. Where stdin is no terminal, takes its first line.
#pragma once

#include <optional>
#include <string>

namespace fieldsync::cli {

// Nothing when there is no line to read, or an empty one.
std::optional<std::string> ask_password(const std::string& prompt);

}  // namespace fieldsync::cli
