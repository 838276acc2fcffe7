// Whether the PostgreSQL server can be reached, as the last who tried found. Connecting to one that is away may
// take seconds and holds a thread: after a failure everybody is refused at once for a while, then one tries
// while the others are still refused.
//
// Owned by PostgresqlDatabase, shared by its pools. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "storage/errors.hpp"

namespace fieldsync::server::storage {

class PostgresqlReach {
  public:
    // A clock that only goes on; without one every attempt tries.
    using MonotonicUs = std::function<std::int64_t()>;
    explicit PostgresqlReach(MonotonicUs now_us) : now_us_(std::move(now_us)) {}

    // What connect() returns. Throws what it throws, or StorageError (unavailable) without calling it.
    template <class Connect>
    auto through(Connect connect) {
        begin();
        try {
            auto connection = connect();
            reached();
            return connection;
        } catch (const StorageError& error) {
            error.kind() == StorageError::Kind::unavailable ? failed(error.what()) : reached();
            throw;
        } catch (const std::exception& error) {
            failed(error.what());
            throw;
        }
    }

    // A connection broke: those made before it most likely did, too.
    void lost() noexcept { ++losses_; }
    [[nodiscard]] std::uint64_t losses() const noexcept { return losses_; }

  private:
    void begin();
    void reached();
    void failed(const std::string& why);

    const MonotonicUs now_us_;
    std::atomic<std::uint64_t> losses_ = 0;

    std::mutex mutex_;
    bool is_away_ = false, is_tried_ = false;
    std::int64_t again_at_us_ = 0;
    std::string why_;
};

}  // namespace fieldsync::server::storage
