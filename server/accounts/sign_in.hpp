// SignIn: from an e-mail address and a password to a token, for the CRM, the client portal and the sync
// endpoints.
//
//   limit ─► [blocking executor] limit again ─► account ─► password ─► active? ─► surface? ─► [writer] token
//
// Owned by Application; outlived by the database and the write queue, and destroyed after the blocking
// executor has run out. sign_in may be called from any thread and never blocks it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "accounts/shared_failures.hpp"
#include "accounts/sign_in_limit.hpp"
#include "accounts/tokens.hpp"
#include "storage/database.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server::accounts {

struct SignInRequest {
    std::string email;
    std::string password;
    std::string remote_address;
    std::vector<Surface> surfaces;  // that this endpoint opens; the user's type decides which
    schema::Uid device;             // sync: what the token is bound to
};

struct SignedIn {
    std::string token;
    Surface surface{};
    BusinessId business{};
    std::int64_t user_id = 0;
    schema::Uid user;
    schema::Uid business_uid;
    std::string name, email, username, user_type;
};

enum class SignInRefusal : std::uint8_t {
    wrong_credentials,  // 401, whether the account is there or not
    deactivated,        // 403: the user, or his whole business
    wrong_surface,      // 403: not for users of this type
    too_many,           // 429
    unavailable,        // 503
};

struct SignInRefused {
    SignInRefusal why{};
    std::int64_t retry_after_s = 0;  // of too_many and unavailable
};

using SignInResult = std::variant<SignedIn, SignInRefused>;

// The HTTP status, and the documented message (empty: the surface's own for that status).
unsigned status_of(SignInRefusal why);
std::string_view message_of(SignInRefusal why);

class SignIn {
  public:
    using PostBlocking = std::function<void(std::function<void()>)>;
    // Called once, on any thread, also from within sign_in.
    using Done = std::function<void(SignInResult)>;

    SignIn(storage::Database& database, WriteQueue& writes, sync::Clock& clock, sync::Random& random,
           PostBlocking post_blocking, SignInLimits limits = {});

    void sign_in(SignInRequest request, Done done);

  private:
    void attempt(const SignInRequest& request, const Done& done);
    void issue(SignedIn user, const schema::Uid& device, const Done& done);

    storage::Database& database_;
    WriteQueue& writes_;
    sync::Clock& clock_;
    sync::Random& random_;
    const PostBlocking post_blocking_;
    SignInLimit limit_;
    std::optional<SharedFailures> shared_;  // where other servers may work on the database
};

}  // namespace fieldsync::server::accounts
