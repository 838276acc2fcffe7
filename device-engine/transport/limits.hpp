// The transport's limits, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fieldsync::device::limits {

// A field worker's network is slow to connect, but one that takes longer is none.
inline constexpr std::chrono::seconds connect_timeout{10};
// One exchange: a body of a few hundred kilobytes either way over a bad network, and the server's work.
inline constexpr std::chrono::seconds exchange_timeout{90};
// No byte and no pong for so long: the connection is dead.
inline constexpr std::chrono::seconds idle_timeout{60};
// A window of chunks, receipts, and room.
inline constexpr std::size_t body_bytes_max = 16 * 1024 * 1024;
inline constexpr std::size_t messages_max = 1'024;
// A store that is told to renumber again and again is not mending itself.
inline constexpr int renumber_max = 3;
// How quickly a local write of another process is noticed while live, and that the session shall stop.
inline constexpr std::chrono::milliseconds poll_interval{50};

}  // namespace fieldsync::device::limits
