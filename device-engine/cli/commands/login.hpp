// login: signs the store's user in, for good or with a new token.
#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"

namespace fieldsync::cli {

struct LoginOptions {
    std::string server;
    std::string email;
    std::optional<std::string> password;  // else from the environment, else asked for
};
Outcome<Exit> login(Context& context, const LoginOptions& options);

}  // namespace fieldsync::cli
