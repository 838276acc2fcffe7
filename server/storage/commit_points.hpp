// The named moments of a group commit. Crash tests and the simulator inject their own CommitPoints to fail or
// to die exactly there; the server injects NoCommitPoints. Called on the thread that runs the group.
//
//     BEGIN ─ group.begin ─ jobs ─ group.applied ─ COMMIT ─ group.committed ─ answers ─ group.answered
//
// An exception at group.begin or group.applied is a failure of the group: it is rolled back and its jobs are
// run again. `Killed` there, and any exception after the COMMIT, plays the death of the process: nothing is
// run again, nobody is answered, the exception leaves the pump and the GroupCommit takes no more work.
#pragma once

#include <string_view>

namespace fieldsync::server::storage {

namespace commit_point {
inline constexpr std::string_view group_begin = "group.begin";
inline constexpr std::string_view group_applied = "group.applied";
inline constexpr std::string_view group_committed = "group.committed";
inline constexpr std::string_view group_answered = "group.answered";
}  // namespace commit_point

// Not a std::exception, so that no ordinary handler takes it for a failure.
struct Killed {};

class CommitPoints {
  public:
    virtual ~CommitPoints() = default;
    virtual void reached(std::string_view point) = 0;
};

class NoCommitPoints final : public CommitPoints {
  public:
    void reached(std::string_view) override {}
};

}  // namespace fieldsync::server::storage
