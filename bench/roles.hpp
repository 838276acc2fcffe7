// The bench as a process of its own whose memory can be looked at: it starts itself anew in one of these
// roles.
#pragma once

#include <string>
#include <vector>

namespace fieldsync::bench {

// The program's exit code. Roles: "serve DATA_DIR" and "beast" print a port and stay until they are stopped;
// "sync STORE URL" brings a store up to date and "open STORE" only opens it, then both print their memory.
int run_role(const std::vector<std::string>& words);

}  // namespace fieldsync::bench
