// daemon: a line on stdout for each change of its state, until SIGTERM or SIGINT.
#pragma once

#include "cli/context.hpp"

namespace fieldsync::cli {

Outcome<Exit> run_daemon(Context& context, bool over_http);

}  // namespace fieldsync::cli
