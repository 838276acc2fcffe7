#include "accounts/sign_in_limit.hpp"

#include <algorithm>

namespace fieldsync::server::accounts {
namespace {

// Longer names are no accounts; what is remembered of one stays small.
constexpr std::size_t kKeyBytesMax = 320;

}  // namespace

std::string SignInLimit::key_of(std::string_view name) {
    std::string key(name.substr(0, kKeyBytesMax));
    for (char& c : key)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return key;
}

SignInLimit::Failures::Failures(std::size_t failures_max, const SignInLimits& limits)
    : failures_max_(failures_max), window_us_(limits.window_us), keys_max_(limits.keys_max) {}

// A clock that runs backwards may leave times ahead of now: they count as failures of this moment.
std::int64_t SignInLimit::Failures::wait_us(const std::string& key, std::int64_t now_us) {
    const auto place = places_.find(key);
    if (place == places_.end() || place->second->times_us.size() < failures_max_) return 0;
    const std::int64_t oldest_us = std::min(place->second->times_us.front(), now_us);
    return std::max<std::int64_t>(0, oldest_us + window_us_ - now_us);
}

void SignInLimit::Failures::add(const std::string& key, std::int64_t now_us) {
    forget_old(now_us);
    auto place = places_.find(key);
    if (place == places_.end()) {
        if (places_.size() >= keys_max_) {
            places_.erase(entries_.front().key);
            entries_.pop_front();
        }
        entries_.push_back({key, {}});
        place = places_.emplace(key, std::prev(entries_.end())).first;
    }
    Entry& entry = *place->second;
    entries_.splice(entries_.end(), entries_, place->second);
    if (entry.times_us.size() == failures_max_) entry.times_us.erase(entry.times_us.begin());
    entry.times_us.push_back(now_us);
}

void SignInLimit::Failures::forget_old(std::int64_t now_us) {
    while (!entries_.empty() && entries_.front().times_us.back() + window_us_ <= now_us) {
        places_.erase(entries_.front().key);
        entries_.pop_front();
    }
}

SignInLimit::SignInLimit(sync::Clock& clock, SignInLimits limits)
    : clock_(clock),
      accounts_(limits.account_failures_max, limits),
      addresses_(limits.address_failures_max, limits) {}

std::int64_t SignInLimit::retry_after_s(std::string_view account, std::string_view address) {
    const std::int64_t now_us = clock_.now_us();
    const std::lock_guard lock(mutex_);
    const std::int64_t wait_us =
        std::max(accounts_.wait_us(key_of(account), now_us), addresses_.wait_us(key_of(address), now_us));
    return (wait_us + 999'999) / 1'000'000;
}

void SignInLimit::failed(std::string_view account, std::string_view address) {
    const std::int64_t now_us = clock_.now_us();
    const std::lock_guard lock(mutex_);
    accounts_.add(key_of(account), now_us);
    addresses_.add(key_of(address), now_us);
}

std::size_t SignInLimit::size() const {
    const std::lock_guard lock(mutex_);
    return accounts_.size() + addresses_.size();
}

}  // namespace fieldsync::server::accounts
