// sync and verify: one session each.
#pragma once

#include "cli/context.hpp"

namespace fieldsync::cli {

// Where another process holds the sync lease (a daemon), it does the work: waits until it has sent
// everything.
Outcome<Exit> sync_once(Context& context, bool over_http);

// Compares with the server, scope by scope. Exit::failed when they differ; what differs was sent again.
Outcome<Exit> verify(Context& context, bool over_http);

}  // namespace fieldsync::cli
