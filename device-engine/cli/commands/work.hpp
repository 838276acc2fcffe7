// Work on its way: outbox, rejected box, conflicts, and the store's status.
#pragma once

#include <string>

#include "cli/context.hpp"

namespace fieldsync::cli {

Outcome<Exit> outbox(Context& context);
Outcome<Exit> rejected(Context& context);
// `change_set`: a uid that rejected() lists.
Outcome<Exit> drop_rejected(Context& context, const std::string& change_set);
Outcome<Exit> resend_rejected(Context& context, const std::string& change_set);
Outcome<Exit> conflicts(Context& context);
Outcome<Exit> status(Context& context);

}  // namespace fieldsync::cli
