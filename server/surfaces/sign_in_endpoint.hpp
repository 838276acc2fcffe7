// The endpoints that take an e-mail address and a password: one handler for every surface that has them.
#pragma once

#include <vector>

#include "accounts/sign_in.hpp"
#include "http/handler.hpp"
#include "surfaces/failure.hpp"

namespace fieldsync::server::surfaces {

// `surfaces`: those that this endpoint opens. `welcome` and `render` show success and failure in its
// envelope.
http::Handler sign_in_handler(accounts::SignIn& sign_in, std::vector<accounts::Surface> surfaces,
                              http::Response (*welcome)(const accounts::SignedIn&), FailureRenderer render);

}  // namespace fieldsync::server::surfaces
