#pragma once

// A WebSocket connection as its user (sync) sees it: two plain interfaces, no Beast.
//
//     factory(request) ─► peer ─► opened(sender) ─► message(bytes)* ─► closed(reason)
//                                                   shutdown() at most once, when the server drains
//
// Every call of a peer, every posted function and the timer run on the connection's strand, never two at a
// time. What throws there closes the connection with 1011.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "http/limits.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace fieldsync::server::http {

/// Close codes of RFC 6455 that are used here.
inline constexpr std::uint16_t close_normal = 1000;
inline constexpr std::uint16_t close_going_away = 1001;
inline constexpr std::uint16_t close_unsupported_data = 1003;  // a text frame
inline constexpr std::uint16_t close_no_status = 1005;     // never sent: a close frame without a code came
inline constexpr std::uint16_t close_abnormal = 1006;      // never sent: the connection broke
inline constexpr std::uint16_t close_policy_error = 1008;  // a reader too slow for its queue
inline constexpr std::uint16_t close_too_big = 1009;
inline constexpr std::uint16_t close_internal_error = 1011;
inline constexpr std::uint16_t close_try_again_later = 1013;

struct CloseReason {
    std::uint16_t code = close_abnormal;
    std::string text;
    bool by_us = false;  ///< this side asked for the close
};

/// The connection's sending end, shared with its peer. May be kept after closed(): nothing happens then.
class WebSocketSender {
  public:
    virtual ~WebSocketSender() = default;

    // From any thread:

    /// Queues one binary message; shared, so that a frame encoded once goes to many. False when the
    /// connection is closing, or when the queue would exceed its limit: then it is closed with 1008 "slow
    /// reader".
    virtual bool send(std::shared_ptr<const std::string> frame) = 0;
    /// Sends what is queued, then a close frame. The first call counts. No message() follows.
    virtual void close(std::uint16_t code, std::string reason) = 0;
    /// Runs `fn` on the strand; dropped without a call when the connection is closed by then.
    virtual void post(std::function<void()> fn) = 0;
    /// Bytes queued or being written.
    virtual std::size_t queued_bytes() const = 0;

    // On the strand only:

    /// One timer a connection: arming it again replaces it. Never fires after closed().
    virtual void arm_timer(std::int64_t delay_ms, std::function<void()> fn) = 0;
    virtual void cancel_timer() = 0;
    /// No further message() until resumed: for a peer whose work is piling up. One more is read, then TCP
    /// holds back the other end. Pongs are not seen meanwhile, so resume well before the idle timeout.
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;
};

/// Implemented by the user; kept alive by the connection until closed() has returned.
class WebSocketPeer {
  public:
    virtual ~WebSocketPeer() = default;

    virtual void opened(std::shared_ptr<WebSocketSender> sender) = 0;
    /// One whole binary message; `bytes` is valid during the call.
    virtual void message(std::string_view bytes) = 0;
    /// The server stops: say goodbye and close() soon. Those that do not are cut off at the drain's deadline.
    virtual void shutdown() = 0;
    /// Last call, exactly once after opened().
    virtual void closed(const CloseReason& reason) = 0;
};

/// A peer to upgrade with, or a plain answer that refuses it.
using Upgrade = std::variant<std::shared_ptr<WebSocketPeer>, Response>;
/// Runs on the I/O thread; the connection's strand already.
using PeerFactory = std::function<Upgrade(Request&)>;

}  // namespace fieldsync::server::http
