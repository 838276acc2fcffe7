#include "accounts/sign_in.hpp"

#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <utility>

#include "accounts/passwords.hpp"
#include "accounts/standing.hpp"
#include "records/values.hpp"

namespace fieldsync::server::accounts {
namespace {

constexpr const char* kFindAccount =
    "SELECT u.business_id, u.id, u.uid, u.name, u.email, u.username, u.user_type, u.is_active,"
    " c.password_hash, b.uid, b.is_active, b.subscription_status"
    " FROM \"user\" u"
    " LEFT JOIN credential c ON c.business_id = u.business_id AND c.user_id = u.id"
    " LEFT JOIN business b ON b.business_id = u.business_id AND b.id = u.business_id"
    " WHERE lower(u.email) = lower(?1) LIMIT 1";

struct Account {
    SignedIn user;
    std::optional<std::string> password_hash;
    bool is_active = false;
};

Account read_account(storage::Row& row) {
    Account account;
    SignedIn& user = account.user;
    user.business = BusinessId{row.integer(0)};
    user.user_id = row.integer(1);
    user.user = read_uid(row, 2);
    user.name = text_at(row, 3);
    user.email = text_at(row, 4);
    user.username = text_at(row, 5);
    user.user_type = text_at(row, 6);
    if (!row.null(8)) account.password_hash = std::string(row.text(8));
    user.business_uid = read_uid(row, 9);
    account.is_active = flag_at(row, 7) && is_in_standing(user.business, flag_at(row, 10), text_at(row, 11));
    return account;
}

std::optional<Account> find_account(storage::Database& database, const std::string& email) {
    return database.read([&](storage::Connection& connection) {
        std::optional<Account> account;
        connection.query(kFindAccount, {email}, [&](storage::Row& row) { account = read_account(row); });
        return account;
    });
}

std::optional<Surface> surface_for(const std::vector<Surface>& surfaces, std::string_view user_type) {
    for (const Surface surface : surfaces)
        if (admits(surface, user_type)) return surface;
    return std::nullopt;
}

SignInResult refused(SignInRefusal why, std::int64_t retry_after_s = 0) {
    return SignInRefused{why, retry_after_s};
}

}  // namespace

unsigned status_of(SignInRefusal why) {
    switch (why) {
        case SignInRefusal::wrong_credentials:
            return 401;
        case SignInRefusal::deactivated:
        case SignInRefusal::wrong_surface:
            return 403;
        case SignInRefusal::too_many:
            return 429;
        case SignInRefusal::unavailable:
            break;
    }
    return 503;
}

std::string_view message_of(SignInRefusal why) {
    switch (why) {
        case SignInRefusal::wrong_credentials:
            return "Invalid email or password.";
        case SignInRefusal::deactivated:
            return "Your account has been deactivated. Please contact your administrator.";
        default:
            return {};
    }
}

SignIn::SignIn(storage::Database& database, WriteQueue& writes, sync::Clock& clock, sync::Random& random,
               PostBlocking post_blocking, SignInLimits limits)
    : database_(database),
      writes_(writes),
      clock_(clock),
      random_(random),
      post_blocking_(std::move(post_blocking)),
      limit_(clock, limits) {
    if (database.dialect() == storage::Dialect::postgresql) shared_.emplace(database, clock, limits);
}

void SignIn::sign_in(SignInRequest request, Done done) {
    if (const std::int64_t wait_s = limit_.retry_after_s(request.email, request.remote_address); wait_s > 0)
        return done(refused(SignInRefusal::too_many, wait_s));
    post_blocking_([this, request = std::move(request), done = std::move(done)] {
        try {
            attempt(request, done);
        } catch (const std::exception& error) {
            spdlog::error("sign-in failed: {}", error.what());
            done(refused(SignInRefusal::unavailable, 1));
        }
    });
}

void SignIn::attempt(const SignInRequest& request, const Done& done) {
    // Again: of many tries sent at once, those that waited here see how the first ones failed.
    std::int64_t wait_s = limit_.retry_after_s(request.email, request.remote_address);
    if (wait_s == 0 && shared_) wait_s = shared_->retry_after_s(request.email, request.remote_address);
    if (wait_s > 0) return done(refused(SignInRefusal::too_many, wait_s));

    // No address holds a NUL, and PostgreSQL takes none: it is nobody's.
    const bool is_address = request.email.find('\0') == std::string::npos;
    std::optional<Account> account = is_address ? find_account(database_, request.email) : std::nullopt;
    if (!verify_password(request.password, account ? account->password_hash : std::nullopt)) {
        limit_.failed(request.email, request.remote_address);
        if (shared_) shared_->failed(request.email, request.remote_address);
        return done(refused(SignInRefusal::wrong_credentials));
    }
    if (!account->is_active) return done(refused(SignInRefusal::deactivated));
    const auto surface = surface_for(request.surfaces, account->user.user_type);
    if (!surface) return done(refused(SignInRefusal::wrong_surface));
    account->user.surface = *surface;
    issue(std::move(account->user), request.device, done);
}

void SignIn::issue(SignedIn user, const schema::Uid& device, const Done& done) {
    const auto signed_in = std::make_shared<SignedIn>(std::move(user));
    const bool is_taken = writes_.run(
        [this, signed_in, device](storage::Connection& connection) {
            signed_in->token = issue_token(connection, random_, signed_in->business, signed_in->user_id,
                                           signed_in->surface, device, clock_.now_us());
        },
        [signed_in, done](bool ok) {
            done(ok ? SignInResult(std::move(*signed_in)) : refused(SignInRefusal::unavailable, 1));
        });
    if (!is_taken) done(refused(SignInRefusal::unavailable, 1));
}

}  // namespace fieldsync::server::accounts
