// How often sign-in may fail: 5 times a minute for an account, 60 times a minute from an address. Success
// costs nothing. In memory: a restart forgets, which costs an attacker's minute and no more; what several servers see
// together is in shared_failures.hpp.
//
// Owned by SignIn. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fieldsync/sync/environment.hpp"

namespace fieldsync::server::accounts {

struct SignInLimits {
    std::size_t account_failures_max = 5;
    std::size_t address_failures_max = 60;
    std::int64_t window_us = 60'000'000;
    // Accounts and addresses remembered, each of the two. The one that failed longest ago is forgotten first:
    // who floods this with names he makes up is held by his address.
    std::size_t keys_max = 20'000;
};

class SignInLimit {
  public:
    explicit SignInLimit(sync::Clock& clock, SignInLimits limits = {});

    // Seconds to wait before another try; 0: go on. `account` compares without regard to ASCII case.
    [[nodiscard]] std::int64_t retry_after_s(std::string_view account, std::string_view address);

    void failed(std::string_view account, std::string_view address);

    // What is counted under: names that differ in ASCII case alone are one.
    static std::string key_of(std::string_view name);

    // Keys held now, for tests.
    [[nodiscard]] std::size_t size() const;

  private:
    // The last failures of each key within the window, by when they failed last.
    class Failures {
      public:
        Failures(std::size_t failures_max, const SignInLimits& limits);
        [[nodiscard]] std::int64_t wait_us(const std::string& key, std::int64_t now_us);
        void add(const std::string& key, std::int64_t now_us);
        [[nodiscard]] std::size_t size() const { return places_.size(); }

      private:
        struct Entry {
            std::string key;
            std::vector<std::int64_t> times_us;  // the latest `failures_max_` of them, oldest first
        };
        void forget_old(std::int64_t now_us);

        std::size_t failures_max_;
        std::int64_t window_us_;
        std::size_t keys_max_;
        std::list<Entry> entries_;  // the one that failed last at the back
        std::unordered_map<std::string, std::list<Entry>::iterator> places_;
    };

    sync::Clock& clock_;
    mutable std::mutex mutex_;
    Failures accounts_, addresses_;
};

}  // namespace fieldsync::server::accounts
