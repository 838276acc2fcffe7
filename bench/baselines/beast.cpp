#include "baselines/beast.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <string>

namespace fieldsync::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

auto into(error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

asio::awaitable<void> keep_websocket(beast::tcp_stream stream, http::request<http::string_body> request) {
    error_code error;
    beast::websocket::stream<beast::tcp_stream> peer(std::move(stream));
    co_await peer.async_accept(request, into(error));
    beast::flat_buffer buffer;
    while (!error) {
        co_await peer.async_read(buffer, into(error));
        buffer.consume(buffer.size());
    }
}

asio::awaitable<void> answer_all(beast::tcp_stream stream, const std::string& body) {
    error_code error;
    stream.socket().set_option(tcp::no_delay(true), error);
    beast::flat_buffer buffer;
    for (;;) {
        http::request<http::string_body> request;
        co_await http::async_read(stream, buffer, request, into(error));
        if (error) co_return;
        if (beast::websocket::is_upgrade(request)) {
            co_await keep_websocket(std::move(stream), std::move(request));
            co_return;
        }
        http::response<http::string_body> response(http::status::ok, request.version());
        response.set(http::field::content_type, "application/json");
        response.body() = body;
        response.prepare_payload();
        co_await http::async_write(stream, response, into(error));
        if (error) co_return;
    }
}

asio::awaitable<void> accept_all(tcp::acceptor& acceptor, asio::thread_pool& pool, const std::string& body) {
    for (;;) {
        error_code error;
        tcp::socket socket = co_await acceptor.async_accept(asio::make_strand(pool), into(error));
        if (error) co_return;
        const auto strand = socket.get_executor();
        asio::co_spawn(strand, answer_all(beast::tcp_stream(std::move(socket)), body), asio::detached);
    }
}

}  // namespace

struct BareBeast::Parts {
    Parts(std::size_t body_bytes, int io_threads)
        : body(body_bytes, 'x'),
          pool(static_cast<std::size_t>(io_threads)),
          acceptor(pool, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(pool, accept_all(acceptor, pool, body), asio::detached);
    }
    ~Parts() { pool.stop(); }

    std::string body;
    asio::thread_pool pool;
    tcp::acceptor acceptor;
};

BareBeast::BareBeast(std::size_t body_bytes, int io_threads)
    : parts_(std::make_unique<Parts>(body_bytes, io_threads)) {}

BareBeast::~BareBeast() = default;

std::uint16_t BareBeast::port() const {
    return parts_->acceptor.local_endpoint().port();
}

}  // namespace fieldsync::bench
