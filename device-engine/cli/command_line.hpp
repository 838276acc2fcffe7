// The command line: every command with its options, on one page. Scripts rely on these forms.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "cli/context.hpp"

namespace fieldsync::cli {

struct Chosen {
    std::string store;
    bool json = false;
    bool makes_store = false;  // login; the others want one that is there, and signed in
    Command run;
};

// Nothing when there is no command to run: help was printed (Exit::done), or it is wrong use, which was said.
std::optional<Chosen> parse_command_line(int argc, const char* const* argv, std::ostream& out,
                                         std::ostream& err, Exit& exit);

}  // namespace fieldsync::cli
