// Counts how often this process asks the disk to keep what it has written: fsync, fdatasync, msync, and
// writes to files opened with O_DSYNC (LMDB's meta page). The program has these functions of the C library
// under the same names, so that the calls of LMDB and SQLite come by here; the promises are checked with it,
// by what happens rather than by what a flag says.
#pragma once

#include <cstdint>

namespace fieldsync::bench {

// Of the whole process, since it started.
std::uint64_t flushes();

}  // namespace fieldsync::bench
