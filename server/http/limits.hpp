#pragma once

// Every limit of the HTTP room, each with its reason. All can be changed by the configuration; tests use
// short times. Owned by Config; read only once the server runs.

#include <cstddef>
#include <cstdint>

namespace fieldsync::server::http {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

// Body limits that routes choose from (RouteOptions::body_bytes_max).
inline constexpr std::size_t json_body_bytes_max = 1 * mib;  // the largest documented JSON is some KiB
inline constexpr std::size_t sync_body_bytes_max = 8 * mib;  // a 4 MiB change-set, and what goes with it
inline constexpr std::size_t multipart_body_bytes_max = 11 * mib;  // a picture of 10 MiB and its other parts

struct Limits {
    // Bearer tokens and cookies fit in a few KiB; what is longer only costs memory.
    std::size_t header_bytes_max = 16 * kib;
    // For routes that do not choose their own, and for paths without a route.
    std::size_t body_bytes_max = json_body_bytes_max;
    // Bodies held at one moment by all connections together: without it, `connections_max` clients that each
    // send nearly all of a large body would take all memory. Beyond it: 503 with Retry-After.
    std::size_t body_bytes_total_max = 512 * mib;

    // A header is one or two packets; who takes longer is stuck or attacking. Also the wait for the first
    // request of a new connection.
    std::int64_t header_ms = 10'000;
    // Between requests: long enough for a person who reads a page, short enough to free the socket.
    std::int64_t idle_ms = 60'000;
    // For the body, and for writing an answer to a slow reader: this long, plus what the bytes take at the
    // slowest rate that is worth serving (EDGE), so that 8 MiB over a bad network is not cut off.
    std::int64_t body_ms = 30'000;
    std::int64_t write_ms = 30'000;
    std::int64_t bytes_per_second_min = 16 * 1024;
    // From handler to answer; after it the client gets 503 and a late answer is dropped.
    std::int64_t deadline_ms = 30'000;
    // After the last answer: wait for the client's end, discarding what it still sends, so that closing does
    // not reset the connection under an answer that it has not read yet (a 413, say).
    std::int64_t linger_ms = 2'000;
    std::size_t linger_bytes_max = 16 * mib;

    // One descriptor and some 70 KiB of buffers each: 140 MiB, and half of a common limit of 4,096
    // descriptors. Beyond it: 503 and close, for at most `refusals_max` at a time; further ones are just
    // closed.
    std::size_t connections_max = 2'000;
    std::size_t refusals_max = 64;
    // Kernel queue of connections not accepted yet: absorbs all devices reconnecting after a restart.
    int accept_backlog = 1'024;
    // Out of descriptors: wait for some to be freed rather than spin.
    std::int64_t accept_retry_ms = 100;

    // Longer ids from clients are replaced by our own: they end up in every log line.
    std::size_t request_id_chars_max = 64;
};

// Of one WebSocket route.
struct WebSocketLimits {
    // The largest sync message is a change-set of 4 MiB; the slack is for its envelope. Beyond it: close
    // 1009.
    std::size_t message_bytes_max = 6 * mib;
    // Frames that wait for a reader. A bootstrap fills it in seconds if nobody reads. Beyond it: close 1008.
    std::size_t queued_bytes_max = 16 * mib;
    // A read buffer that grew beyond this for one message is given back after it.
    std::size_t buffer_keep_bytes = 64 * kib;
    // For the upgrade, and for the other side's answer to our close frame.
    std::int64_t handshake_ms = 10'000;
    // Nothing heard for this long, in spite of a ping at half of it: the other end is gone. A ping waits for
    // the frame being written, so no frame may take longer than this on the slowest link: chunk what is
    // large.
    std::int64_t idle_ms = 60'000;
    // One frame: this long, plus its bytes at `bytes_per_second_min`.
    std::int64_t write_ms = 30'000;
    std::int64_t bytes_per_second_min = 16 * 1024;
    // A reader that was too slow gets this long to take the close frame, then the socket is closed.
    std::int64_t slow_close_ms = 5'000;
};

/// Milliseconds that `bytes` may take: `base_ms` and the time at the slowest rate served.
constexpr std::int64_t transfer_ms(std::int64_t base_ms, std::int64_t bytes_per_second_min,
                                   std::size_t bytes) {
    return base_ms + static_cast<std::int64_t>(bytes) * 1'000 / bytes_per_second_min;
}

}  // namespace fieldsync::server::http
