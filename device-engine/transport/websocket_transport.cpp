// A session over a WebSocket, one binary message a frame. One thread runs the connection: a reader, a writer
// that drains a queue, and, while live, a watch on local writes: those of this process wake it, those of
// others it looks for.
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

#include "fieldsync/device/transport.hpp"
#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/limits.hpp"
#include "transport/address.hpp"
#include "transport/limits.hpp"

namespace fieldsync::device {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

// One connection; lives while its context runs.
class Connection {
  public:
    Connection(sync::SessionStore& store, const SyncCall& call, Address address)
        : store_(store),
          call_(call),
          address_(std::move(address)),
          session_(store, {.live = call.live, .verify = call.verify}),
          stream_(context_),
          queue_grew_(context_),
          watch_(context_) {
        if (call_.live) store_.on_local_write([this] { wake(); });
    }
    ~Connection() {
        if (call_.live) store_.on_local_write({});
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    SyncResult run() {
        spawn(read_all());
        context_.run();
        if (failure_) std::rethrow_exception(failure_);
        return std::move(result_);
    }

    [[nodiscard]] bool must_reconnect() const { return renumbered_; }

  private:
    // The run ends with the last of these, or when one fails (the store is gone): the stream's own timers,
    // which tick on for half a minute, do not hold it up.
    void spawn(asio::awaitable<void> part) {
        ++running_;
        asio::co_spawn(context_, std::move(part), [this](std::exception_ptr failure) {
            if (failure) failure_ = failure;
            if (--running_ == 0 || failure) context_.stop();
        });
    }

    // From the thread that wrote. Writes that follow each other quickly are noticed together.
    void wake() {
        if (woken_.exchange(true)) return;
        asio::post(context_, [this] { watch_.cancel(); });
    }

    void end(SyncEnd how, std::string message) {
        if (ended_) return;
        ended_ = true;
        result_.end = how;
        result_.message = std::move(message);
        result_.goodbye = session_.goodbye();
        result_.verified = session_.verified();
        result_.records_applied = session_.records_applied();
        watch_.cancel();
        queue_grew_.cancel();
    }

    void end_by_session() {
        if (session_.failure())
            end(SyncEnd::broken, *session_.failure());
        else if (session_.goodbye())
            end(SyncEnd::goodbye, session_.goodbye()->message);
        else
            end(SyncEnd::done, {});
    }

    void queue(std::vector<sync::Message> frames) {
        for (const sync::Message& frame : frames) {
            std::string bytes;
            sync::encode(frame, bytes);
            frames_.push_back(std::move(bytes));
        }
        queue_grew_.cancel();
    }

    asio::awaitable<error_code> open() {
        error_code error;
        auto& socket = beast::get_lowest_layer(stream_);
        tcp::resolver resolver(context_);
        const auto found = co_await resolver.async_resolve(address_.host, address_.port,
                                                           asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return error;
        socket.expires_after(limits::connect_timeout);
        co_await socket.async_connect(found, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return error;
        socket.socket().set_option(tcp::no_delay(true));
        socket.expires_never();
        websocket::stream_base::timeout timeouts{limits::connect_timeout, limits::idle_timeout, true};
        stream_.set_option(timeouts);
        stream_.read_message_max(sync::limits::frame_bytes_max);
        stream_.binary(true);
        stream_.auto_fragment(false);
        const std::string target = address_.base_path + "/sync/v1/live";
        co_await stream_.async_handshake(address_.host_header(), target,
                                         asio::redirect_error(asio::use_awaitable, error));
        co_return error;
    }

    asio::awaitable<void> read_all() {
        if (const error_code error = co_await open()) {
            end(SyncEnd::no_network, error.message());
            co_return;
        }
        spawn(write_all());
        if (call_.live || call_.should_stop) spawn(watch());
        queue(session_.start());
        beast::flat_buffer buffer;
        while (!ended_) {
            error_code error;
            co_await stream_.async_read(buffer, asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                lost_ = true;
                end(SyncEnd::no_network, error.message());
                break;
            }
            receive({static_cast<const char*>(buffer.cdata().data()), buffer.size()});
            buffer.consume(buffer.size());
        }
    }

    void receive(std::string_view bytes) {
        auto message = sync::decode_message(bytes);
        if (!message) return end(SyncEnd::broken, message.error().what);
        const bool is_renumber = std::holds_alternative<sync::Renumber>(*message);
        std::vector<sync::Message> frames = session_.receive(*message);
        if (is_renumber) {  // the store has a new id: a new hello says so
            renumbered_ = true;
            return end(SyncEnd::no_network, "renumbered");
        }
        queue(std::move(frames));
        if (call_.on_progress)
            call_.on_progress({session_.records_applied(), session_.records_left(),
                               session_.state() == sync::SessionState::live});
        const auto state = session_.state();
        if (state == sync::SessionState::done || state == sync::SessionState::closed) end_by_session();
    }

    // Sends what is queued, then, at the end, closes: the server learns that nothing is wrong. A connection
    // that was lost has nobody to say goodbye to.
    asio::awaitable<void> write_all() {
        error_code error;
        while (!error) {
            if (frames_.empty()) {
                if (ended_) break;
                queue_grew_.expires_at(asio::steady_timer::time_point::max());
                error_code woken;
                co_await queue_grew_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
                continue;
            }
            const std::string frame = std::move(frames_.front());
            frames_.pop_front();
            co_await stream_.async_write(asio::buffer(frame),
                                         asio::redirect_error(asio::use_awaitable, error));
        }
        if (!error && !lost_)
            co_await stream_.async_close(websocket::close_code::normal,
                                         asio::redirect_error(asio::use_awaitable, error));
        beast::get_lowest_layer(stream_).close();
    }

    asio::awaitable<void> watch() {
        while (!ended_) {
            watch_.expires_after(limits::poll_interval);
            error_code woken;
            co_await watch_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
            if (ended_) break;
            const bool wrote = woken_.exchange(false);  // before looking: a later write wakes anew
            if (call_.should_stop && call_.should_stop())
                end(SyncEnd::stopped, "stopped");
            else if ((call_.outbox_grew && call_.outbox_grew()) || wrote)
                queue(session_.outbox_grew());
        }
    }

    sync::SessionStore& store_;
    const SyncCall& call_;
    const Address address_;
    sync::DeviceSession session_;
    asio::io_context context_{1};
    websocket::stream<beast::tcp_stream> stream_;
    asio::steady_timer queue_grew_;
    asio::steady_timer watch_;
    std::deque<std::string> frames_;
    SyncResult result_;
    std::exception_ptr failure_;
    std::atomic<bool> woken_ = false;
    int running_ = 0;
    bool ended_ = false, lost_ = false, renumbered_ = false;
};

}  // namespace

SyncResult sync_over_websocket(sync::SessionStore& store, const SyncCall& call) {
    const auto address = parse_address(call.server_url);
    SyncResult result;
    if (!address) {
        result.end = SyncEnd::broken;
        result.message = "not a server's address: " + call.server_url;
        return result;
    }
    for (int renumbered = 0; renumbered <= limits::renumber_max; ++renumbered) {
        Connection connection(store, call, *address);
        result = connection.run();
        if (!connection.must_reconnect()) return result;
    }
    result.end = SyncEnd::broken;
    result.message = "the server asks for new numbers again and again";
    return result;
}

}  // namespace fieldsync::device
