#pragma once

// Frames between those who send and a WebSocket's write loop, bounded in bytes. Thread safe; shared by the
// connection and its sender. Knows no I/O.
//
//     open ──request_close()──► closing ──┐
//       └──push() over the bound──► closing (1008, what waited is dropped)
//     nothing is queued any more after either

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/websocket.hpp"

namespace fieldsync::server::http {

class FrameQueue {
  public:
    using Frame = std::shared_ptr<const std::string>;
    enum class Push : std::uint8_t { queued, overflowed, closed };

    explicit FrameQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    Push push(Frame frame);
    /// Null when nothing waits. The frame counts until written().
    Frame pop();
    void written(std::size_t bytes);
    /// False when a close was requested before.
    bool request_close(CloseReason reason);
    std::optional<CloseReason> close_requested() const;
    bool overflowed() const;
    /// Waiting or being written.
    std::size_t bytes() const;
    /// Ends it: nothing waits, nothing is queued any more. Returns why: the close requested first, or
    /// `reason`.
    CloseReason finish(CloseReason reason);

  private:
    void drop_waiting();

    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::list<Frame> waiting_;  ///< mostly empty, which takes a deque half a kilobyte
    std::size_t bytes_ = 0;
    std::optional<CloseReason> close_;
    bool overflowed_ = false;
};

}  // namespace fieldsync::server::http
