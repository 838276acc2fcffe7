// What the sources that plant.cmake rewrites look at: which fault is on, if any, and how large some limits are. Only in
// the simulation's own copies of those sources (faults.cmake); programs are built from the sources themselves.
#pragma once

#include <cstddef>
#include <cstring>

namespace fieldsync::planted {

inline const char* on = nullptr;  // its name

inline bool is(const char* name) {
    return on != nullptr && std::strcmp(on, name) == 0;
}

// Limits that are constants elsewhere: a run sets them small, or leaves them as they are.
inline std::size_t chunk_bytes = 256 * 1024, window_bytes = 1024 * 1024, push_bytes = 256 * 1024;
inline long long following_max = 1'000;

}  // namespace fieldsync::planted
