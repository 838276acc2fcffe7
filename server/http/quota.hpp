#pragma once

// A bound shared by all connections (open sockets, bytes of bodies): taken in parts, given back by RAII.
// Thread safe; outlives its holds.

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace fieldsync::server::http {

class Quota {
  public:
    explicit Quota(std::size_t max) : max_(max) {}
    Quota(const Quota&) = delete;
    Quota& operator=(const Quota&) = delete;

    /// A part of the quota; gives it back when destroyed.
    class Hold {
      public:
        Hold(Quota& quota, std::size_t amount) : quota_(&quota), amount_(amount) {}
        Hold(Hold&& other) noexcept : quota_(std::exchange(other.quota_, nullptr)), amount_(other.amount_) {}
        Hold& operator=(Hold&& other) noexcept {
            std::swap(quota_, other.quota_);
            std::swap(amount_, other.amount_);
            return *this;
        }
        ~Hold() {
            if (quota_) quota_->used_.fetch_sub(amount_, std::memory_order_relaxed);
        }

      private:
        Quota* quota_;
        std::size_t amount_;
    };

    /// Nothing when less than `amount` is left.
    std::optional<Hold> take(std::size_t amount) {
        if (amount > max_) return std::nullopt;
        std::size_t used = used_.load(std::memory_order_relaxed);
        do {
            if (used > max_ - amount) return std::nullopt;
        } while (!used_.compare_exchange_weak(used, used + amount, std::memory_order_relaxed));
        return std::optional<Hold>(std::in_place, *this, amount);
    }

    std::size_t used() const { return used_.load(std::memory_order_relaxed); }

  private:
    const std::size_t max_;
    std::atomic<std::size_t> used_{0};
};

}  // namespace fieldsync::server::http
