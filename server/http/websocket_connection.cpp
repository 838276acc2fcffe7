#include "http/websocket_connection.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

namespace fieldsync::server::http {

namespace websocket = beast::websocket;

namespace {

/// A reason in a close frame is at most 123 bytes; cut between characters.
std::string fit_reason(std::string text) {
    constexpr std::size_t reason_bytes_max = 123;
    if (text.size() <= reason_bytes_max) return text;
    std::size_t end = reason_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text;
}

}  // namespace

class WebSocketConnection::Sender final : public WebSocketSender {
  public:
    explicit Sender(const std::shared_ptr<WebSocketConnection>& connection)
        : connection_(connection), queue_(connection->queue_) {}

    bool send(std::shared_ptr<const std::string> frame) override {
        const FrameQueue::Push pushed = queue_->push(std::move(frame));
        const auto connection = connection_.lock();
        if (connection && pushed != FrameQueue::Push::closed) connection->wake_writer();
        return pushed == FrameQueue::Push::queued;
    }
    void close(std::uint16_t code, std::string reason) override {
        if (const auto connection = connection_.lock()) connection->close(code, std::move(reason));
    }
    void post(std::function<void()> fn) override {
        const auto connection = connection_.lock();
        if (!connection) return;
        asio::post(connection->strand_, [connection, fn = std::move(fn)] {
            if (connection->phase_ == Phase::open) connection->call_peer(fn);
        });
    }
    std::size_t queued_bytes() const override { return queue_->bytes(); }
    void arm_timer(std::int64_t delay_ms, std::function<void()> fn) override {
        if (const auto connection = connection_.lock()) connection->arm_timer(delay_ms, std::move(fn));
    }
    void cancel_timer() override {
        if (const auto connection = connection_.lock()) connection->cancel_timer();
    }
    void pause_reading() override {
        if (const auto connection = connection_.lock()) connection->paused_ = true;
    }
    void resume_reading() override {
        if (const auto connection = connection_.lock()) connection->resume_reading();
    }

  private:
    const std::weak_ptr<WebSocketConnection> connection_;
    const std::shared_ptr<FrameQueue> queue_;
};

WebSocketConnection::WebSocketConnection(Stream stream, WebSocketLimits limits,
                                         std::shared_ptr<WebSocketPeer> peer)
    : ws_(std::move(stream)),
      limits_(limits),
      strand_(ws_.get_executor()),
      peer_(std::move(peer)),
      resumed_(strand_),
      frames_queued_(strand_),
      writer_done_(strand_),
      peer_timer_(strand_),
      watchdog_(strand_),
      queue_(std::make_shared<FrameQueue>(limits.queued_bytes_max)) {}

asio::awaitable<bool> WebSocketConnection::accept(const RequestMessage& request,
                                                  const std::string& request_id) {
    // From here on the WebSocket's own timers count.
    beast::get_lowest_layer(ws_).expires_never();
    websocket::stream_base::timeout timeouts{};
    timeouts.handshake_timeout = milliseconds(limits_.handshake_ms);
    timeouts.idle_timeout = milliseconds(limits_.idle_ms);
    timeouts.keep_alive_pings = true;
    ws_.set_option(timeouts);
    ws_.set_option(websocket::stream_base::decorator(
        [request_id](websocket::response_type& response) { response.set("X-Request-Id", request_id); }));
    ws_.read_message_max(limits_.message_bytes_max);
    ws_.auto_fragment(false);
    ws_.binary(true);
    error_code error;
    co_await ws_.async_accept(request, into(error));
    if (!error) phase_ = Phase::open;
    co_return !error;
}

asio::awaitable<void> WebSocketConnection::run() {
    if (phase_ != Phase::open) co_return;
    call_peer([this] { peer_->opened(std::make_shared<Sender>(shared_from_this())); });
    if (shutdown_wanted_) call_peer([this] { peer_->shutdown(); });
    asio::co_spawn(strand_, write_loop(shared_from_this()),
                   [self = shared_from_this()](const std::exception_ptr& failure) {
                       if (failure) self->abort();
                       self->writer_done_.raise();
                   });
    co_await read_loop();
    reader_done_ = true;
    frames_queued_.raise();
    // During the closing handshake Beast itself ends the connection, and an early close of the socket could
    // reset it under our close frame. Otherwise nothing more can be said.
    if (!closing_handshake_) beast::get_lowest_layer(ws_).close();
    co_await writer_done_.wait();
    finish();
}

asio::awaitable<void> WebSocketConnection::read_loop() {
    beast::flat_buffer buffer;
    for (;;) {
        error_code error;
        co_await ws_.async_read(buffer, into(error));
        if (error == websocket::error::closed) {
            ended_.code =
                ws_.reason().code == websocket::close_code::none ? close_no_status : ws_.reason().code;
            ended_.text.assign(ws_.reason().reason.data(), ws_.reason().reason.size());
            co_return;
        }
        if (error) {
            ended_.code = error == websocket::error::message_too_big ? close_too_big : close_abnormal;
            ended_.text = error.message();
            co_return;
        }
        while (paused_) co_await resumed_.wait();
        if (!ws_.got_binary()) {
            close(close_unsupported_data, "binary messages only");
        } else if (!queue_->close_requested()) {
            const std::string_view bytes(static_cast<const char*>(buffer.data().data()), buffer.size());
            call_peer([&] { peer_->message(bytes); });
        }
        buffer.clear();
        if (buffer.capacity() > limits_.buffer_keep_bytes) buffer.shrink_to_fit();
    }
}

asio::awaitable<void> WebSocketConnection::write_loop(std::shared_ptr<WebSocketConnection> self) {
    for (;;) {
        const std::shared_ptr<const std::string> frame = self->queue_->pop();
        if (frame) {
            error_code error;
            self->watch(
                transfer_ms(self->limits_.write_ms, self->limits_.bytes_per_second_min, frame->size()));
            co_await self->ws_.async_write(asio::buffer(*frame), into(error));
            self->unwatch();
            self->queue_->written(frame->size());
            if (!error) continue;
            self->abort();
            co_return;
        }
        if (self->reader_done_) co_return;
        const std::optional<CloseReason> reason = self->queue_->close_requested();
        if (reason) {
            co_await self->send_close(*reason);
            co_return;
        }
        co_await self->frames_queued_.wait();
    }
}

asio::awaitable<void> WebSocketConnection::send_close(const CloseReason& reason) {
    closing_handshake_ = true;
    paused_ = false;  // their close frame is to be read
    resumed_.raise();
    websocket::close_reason close_frame(fit_reason(reason.text));
    close_frame.code = reason.code;
    error_code error;
    watch(queue_->overflowed() ? limits_.slow_close_ms : limits_.handshake_ms);
    co_await ws_.async_close(close_frame, into(error));
    unwatch();
    if (error) abort();
}

void WebSocketConnection::finish() {
    phase_ = Phase::over;
    beast::get_lowest_layer(ws_).close();
    unwatch();
    cancel_timer();
    const CloseReason reason = queue_->finish(ended_);
    const std::shared_ptr<WebSocketPeer> peer = std::move(peer_);
    try {
        peer->closed(reason);
    } catch (const std::exception& e) {
        spdlog::error("http: websocket peer failed in closed(): {}", e.what());
    }
}

void WebSocketConnection::drain() {
    if (shutdown_wanted_) return;
    shutdown_wanted_ = true;
    if (phase_ == Phase::open) call_peer([this] { peer_->shutdown(); });
}

void WebSocketConnection::abort() {
    beast::get_lowest_layer(ws_).close();
    paused_ = false;
    resumed_.raise();
}

void WebSocketConnection::close(std::uint16_t code, std::string reason) {
    if (queue_->request_close({code, std::move(reason), true})) wake_writer();
}

/// From any thread.
void WebSocketConnection::wake_writer() {
    if (wake_posted_.exchange(true)) return;
    asio::post(strand_, [self = shared_from_this()] {
        self->wake_posted_ = false;
        self->frames_queued_.raise();
        // A write that is stuck would keep the close frame back for long.
        if (self->queue_->overflowed() && self->phase_ == Phase::open)
            self->watch(self->limits_.slow_close_ms);
    });
}

void WebSocketConnection::arm_timer(std::int64_t delay_ms, std::function<void()> fn) {
    peer_timer_.expires_after(milliseconds(delay_ms));
    const std::uint64_t armed = ++peer_timer_armed_;
    peer_timer_.async_wait([self = shared_from_this(), fn = std::move(fn), armed](error_code error) {
        if (!error && self->phase_ == Phase::open && self->peer_timer_armed_ == armed) self->call_peer(fn);
    });
}

void WebSocketConnection::cancel_timer() {
    ++peer_timer_armed_;
    peer_timer_.cancel();
}

void WebSocketConnection::resume_reading() {
    paused_ = false;
    resumed_.raise();
}

void WebSocketConnection::call_peer(const std::function<void()>& fn) {
    try {
        fn();
        return;
    } catch (const std::exception& e) {
        spdlog::error("http: websocket peer failed: {}", e.what());
    } catch (...) {
        spdlog::error("http: websocket peer failed");
    }
    close(close_internal_error, "internal error");
}

void WebSocketConnection::watch(std::int64_t limit_ms) {
    watchdog_.expires_after(milliseconds(limit_ms));
    const std::uint64_t armed = ++watchdog_armed_;
    watchdog_.async_wait([weak = weak_from_this(), armed](error_code error) {
        const auto self = weak.lock();
        if (!error && self && self->watchdog_armed_ == armed) self->abort();
    });
}

void WebSocketConnection::unwatch() {
    ++watchdog_armed_;
    watchdog_.cancel();
}

}  // namespace fieldsync::server::http
