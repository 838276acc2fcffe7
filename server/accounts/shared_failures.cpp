#include "accounts/shared_failures.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "records/values.hpp"

namespace fieldsync::server::accounts {
namespace {

// The oldest of as many as are allowed. A clock that is ahead elsewhere counts as now.
constexpr const char* kOldest =
    "SELECT failed_at FROM sign_in_failure WHERE name = ?1 AND failed_at > ?2"
    " ORDER BY failed_at DESC LIMIT 1 OFFSET ?3";
constexpr const char* kAdd = "INSERT INTO sign_in_failure (name, failed_at) VALUES (?1, ?3), (?2, ?3)";
constexpr const char* kForget = "DELETE FROM sign_in_failure WHERE failed_at <= ?1";

// A hash, as names are anything that somebody typed.
class Name {
  public:
    Name(char kind, std::string_view text) {
        const std::string key = kind + SignInLimit::key_of(text);
        crypto_generichash(hash_.data(), hash_.size(), reinterpret_cast<const unsigned char*>(key.data()),
                           key.size(), nullptr, 0);
    }
    [[nodiscard]] storage::Parameter parameter() const {
        return blob({reinterpret_cast<const char*>(hash_.data()), hash_.size()});
    }

  private:
    std::array<unsigned char, crypto_generichash_BYTES_MIN> hash_{};
};

struct Names {
    Names(std::string_view of_account, std::string_view of_address)
        : account('u', of_account), address('a', of_address) {}
    Name account, address;
};

}  // namespace

SharedFailures::SharedFailures(storage::Database& database, sync::Clock& clock, SignInLimits limits)
    : database_(database), clock_(clock), limits_(limits) {}

std::int64_t SharedFailures::retry_after_s(std::string_view account, std::string_view address) {
    const Names names(account, address);
    const std::int64_t now_us = clock_.now_us();
    const auto wait_us = [&](storage::Connection& connection, const Name& name, std::size_t failures_max) {
        const auto oldest = connection.integer(kOldest, {name.parameter(), now_us - limits_.window_us,
                                                         static_cast<std::int64_t>(failures_max) - 1});
        return oldest ? std::min(*oldest, now_us) + limits_.window_us - now_us : 0;
    };
    const std::int64_t longest_us = database_.read([&](storage::Connection& connection) {
        return std::max(wait_us(connection, names.account, limits_.account_failures_max),
                        wait_us(connection, names.address, limits_.address_failures_max));
    });
    return (longest_us + 999'999) / 1'000'000;
}

void SharedFailures::failed(std::string_view account, std::string_view address) {
    const Names names(account, address);
    const std::int64_t now_us = clock_.now_us();
    // Once in a while: servers that delete the same rows wait for each other.
    std::int64_t forget_at_us = forget_at_us_;
    const bool forgets = now_us >= forget_at_us &&
                         forget_at_us_.compare_exchange_strong(forget_at_us, now_us + limits_.window_us);
    database_.write_beside_others([&](storage::Connection& connection) {
        if (forgets) connection.execute(kForget, {now_us - limits_.window_us});
        connection.execute(kAdd, {names.account.parameter(), names.address.parameter(), now_us});
    });
}

}  // namespace fieldsync::server::accounts
