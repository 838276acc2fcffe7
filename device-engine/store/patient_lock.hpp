// PatientLock: a shared mutex whose exclusive side gets its turn although others come and go all the time
// (that of pthreads lets readers starve it). For std::shared_lock and std::unique_lock. Not to be taken twice
// by one thread.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace fieldsync::device::store {

class PatientLock {
  public:
    void lock_shared() {
        const std::scoped_lock turn(door_);
        inside_.lock_shared();
    }
    void unlock_shared() { inside_.unlock_shared(); }
    void lock() {
        const std::scoped_lock turn(door_);  // who waits here keeps newcomers out
        inside_.lock();
    }
    void unlock() { inside_.unlock(); }

  private:
    std::mutex door_;
    std::shared_mutex inside_;
};

}  // namespace fieldsync::device::store
