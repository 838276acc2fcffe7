// The named moments of a write to the store. Crash tests and the simulator inject their own CommitPoints to fail
// or to die exactly there; programs inject none. Called on the thread that writes, under the store's lock: it
// must not call the engine.
//
//     BEGIN ─ store.begin ─ work ─ store.applied ─ COMMIT ─ store.committed ─ observers
//
// An exception at store.begin or store.applied leaves nothing of the write in the store; at store.committed all
// of it is there. Either way it reaches whoever wrote.
#pragma once

#include <string_view>

namespace fieldsync::device {

namespace commit_point {
inline constexpr std::string_view store_begin = "store.begin";
inline constexpr std::string_view store_applied = "store.applied";
inline constexpr std::string_view store_committed = "store.committed";
}  // namespace commit_point

// Plays the death of the process. Not a std::exception, so that no ordinary handler takes it for a failure.
struct Killed {};

class CommitPoints {
  public:
    virtual ~CommitPoints() = default;
    virtual void reached(std::string_view point) = 0;
};

}  // namespace fieldsync::device
