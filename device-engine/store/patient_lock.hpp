// PatientLock: a shared mutex whose exclusive side gets its turn although others come and go all the time
// (that of pthreads lets readers starve it). For std::shared_lock and std::unique_lock. Not to be taken twice
// by one thread.
#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace fieldsync::device::store {

class PatientLock {
  public:
    void lock_shared() {
        if (is_closed_.load(std::memory_order_relaxed)) {
            const std::scoped_lock turn(door_);
        }
        inside_.lock_shared();
    }
    void unlock_shared() { inside_.unlock_shared(); }
    void lock() {
        const std::scoped_lock turn(door_);
        is_closed_.store(true, std::memory_order_relaxed);  // newcomers wait at the door
        inside_.lock();
        is_closed_.store(false, std::memory_order_relaxed);
    }
    void unlock() { inside_.unlock(); }

  private:
    std::atomic<bool> is_closed_ = false;
    std::mutex door_;
    std::shared_mutex inside_;
};

}  // namespace fieldsync::device::store
