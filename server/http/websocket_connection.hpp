#pragma once

// One WebSocket: a read loop and a write loop on the connection's strand, and a queue between the write loop
// and those who send. Owned by the session that was upgraded and gone with it: the sender that the peer and
// others hold refers to it weakly, so that keeping a sender too long is harmless.
//
//     handshake ─► open ─► closing (our close frame queued) ─► over
//                     └──► over (their close frame, a broken connection, abort)

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>
#include <string>

#include "http/frame_queue.hpp"
#include "http/message.hpp"
#include "http/signal.hpp"
#include "http/websocket.hpp"

namespace fieldsync::server::http {

class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection> {
  public:
    WebSocketConnection(Stream stream, WebSocketLimits limits, std::shared_ptr<WebSocketPeer> peer);

    /// Answers the upgrade `request` with 101. False when that failed; the peer was not opened then.
    asio::awaitable<bool> accept(const RequestMessage& request, const std::string& request_id);
    /// From opened() to closed(); nothing when the upgrade failed. The caller keeps this alive until it returns.
    asio::awaitable<void> run();

    // On the strand:
    void drain();  ///< peer->shutdown(), once it is open
    void abort();  ///< closes the socket

  private:
    class Sender;
    enum class Phase { handshake, open, over };

    asio::awaitable<void> read_loop();
    static asio::awaitable<void> write_loop(std::shared_ptr<WebSocketConnection> self);
    asio::awaitable<void> send_close(const CloseReason& reason);
    void finish();

    void close(std::uint16_t code, std::string reason);
    void wake_writer();
    void call_peer(const std::function<void()>& fn);
    void arm_timer(std::int64_t delay_ms, std::function<void()> fn);
    void cancel_timer();
    void resume_reading();
    void watch(std::int64_t limit_ms);
    void unwatch();

    beast::websocket::stream<Stream> ws_;
    const WebSocketLimits limits_;
    const asio::any_io_executor strand_;

    // On the strand.
    std::shared_ptr<WebSocketPeer> peer_;
    Phase phase_ = Phase::handshake;
    CloseReason ended_;  ///< how the connection ended, unless this side asked for it
    bool shutdown_wanted_ = false;
    bool paused_ = false;
    bool reader_done_ = false;
    bool closing_handshake_ = false;
    Signal resumed_;
    Signal frames_queued_;
    Signal writer_done_;
    asio::steady_timer peer_timer_;
    std::uint64_t peer_timer_armed_ = 0;  ///< counts, so that a timer that was replaced does nothing
    asio::steady_timer watchdog_;
    std::uint64_t watchdog_armed_ = 0;

    // Shared with the threads that send.
    const std::shared_ptr<FrameQueue> queue_;
    std::atomic<bool> wake_posted_{false};
};

}  // namespace fieldsync::server::http
