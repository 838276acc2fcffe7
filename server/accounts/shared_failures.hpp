// The failures of sign-in at all servers on one database, by the limits of sign_in_limit.hpp, which alone would hold
// at each server for itself. Only who and when is kept, for as long as it counts; the time that a password's hash
// takes bounds how many there can be.
//
// Owned by SignIn. Any thread that may wait for the database; throws StorageError.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "accounts/sign_in_limit.hpp"
#include "storage/database.hpp"

namespace fieldsync::server::accounts {

class SharedFailures {
  public:
    SharedFailures(storage::Database& database, sync::Clock& clock, SignInLimits limits = {});

    // As SignInLimit's.
    [[nodiscard]] std::int64_t retry_after_s(std::string_view account, std::string_view address);
    void failed(std::string_view account, std::string_view address);

  private:
    storage::Database& database_;
    sync::Clock& clock_;
    const SignInLimits limits_;
    std::atomic<std::int64_t> forget_at_us_ = 0;  // when old ones are deleted next
};

}  // namespace fieldsync::server::accounts
