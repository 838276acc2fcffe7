#include "clients.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <stdexcept>

#include "http/request.hpp"

namespace fieldsync::server::http::testing {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

constexpr std::chrono::seconds patience(20);

/// Runs one asynchronous operation to its end.
template <class Start>
error_code complete(asio::io_context& context, Start start) {
    error_code result = asio::error::timed_out;
    start([&result](error_code error, std::size_t = 0) { result = error; });
    context.restart();
    context.run_for(patience);
    return result;
}

void require(error_code error, const char* what) {
    if (error) throw std::runtime_error(std::string(what) + ": " + error.message());
}

void connect(beast::tcp_stream& stream, std::uint16_t port, std::optional<int> receive_buffer) {
    auto& socket = stream.socket();
    socket.open(tcp::v4());
    if (receive_buffer) socket.set_option(tcp::socket::receive_buffer_size(*receive_buffer));
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
}

}  // namespace

std::string Reply::header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
        if (equals_ignoring_case(key, name)) return value;
    }
    return {};
}

struct Client::Connection {
    asio::io_context context;
    beast::tcp_stream stream{context};
    beast::flat_buffer buffer;
};

Client::Client(std::uint16_t port, std::optional<int> receive_buffer)
    : connection_(std::make_unique<Connection>()) {
    connect(connection_->stream, port, receive_buffer);
}
Client::~Client() = default;

void Client::send(const std::string& bytes) {
    require(complete(connection_->context,
                     [&](auto done) {
                         asio::async_write(connection_->stream.socket(), asio::buffer(bytes), done);
                     }),
            "send");
}

Reply Client::read(bool head) {
    wire::response_parser<wire::string_body> parser;
    parser.body_limit(boost::none);
    parser.skip(head);
    require(complete(
                connection_->context,
                [&](auto done) { wire::async_read(connection_->stream, connection_->buffer, parser, done); }),
            "read");
    Reply reply;
    reply.status = parser.get().result_int();
    reply.body = parser.get().body();
    reply.keep_alive = parser.get().keep_alive();
    for (const auto& field : parser.get()) {
        reply.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    return reply;
}

Reply Client::get(const std::string& target, const std::string& more_headers) {
    send("GET " + target + " HTTP/1.1\r\nHost: test\r\n" + more_headers + "\r\n");
    return read();
}

Reply Client::post(const std::string& target, const std::string& body, const std::string& more_headers) {
    send("POST " + target + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + more_headers + "\r\n" + body);
    return read();
}

bool Client::closed_by_server() {
    std::string scratch(65'536, '\0');
    for (;;) {
        const error_code error = complete(connection_->context, [&](auto done) {
            connection_->stream.socket().async_read_some(asio::buffer(scratch), done);
        });
        if (error) return error != asio::error::timed_out;
    }
}

void Client::close() {
    connection_->stream.socket().close();
}

struct WebSocketClient::Connection {
    asio::io_context context;
    websocket::stream<beast::tcp_stream> stream{context};
    websocket::response_type response;
    beast::flat_buffer buffer;
};

WebSocketClient::WebSocketClient(std::uint16_t port, const std::string& target,
                                 std::optional<int> receive_buffer)
    : connection_(std::make_unique<Connection>()) {
    connect(connection_->stream.next_layer(), port, receive_buffer);
    connection_->stream.read_message_max(0);
    require(complete(connection_->context,
                     [&](auto done) {
                         connection_->stream.async_handshake(connection_->response, "test", target, done);
                     }),
            "upgrade");
}
WebSocketClient::~WebSocketClient() = default;

void WebSocketClient::send(const std::string& message, bool text) {
    connection_->stream.text(text);
    require(complete(connection_->context,
                     [&](auto done) { connection_->stream.async_write(asio::buffer(message), done); }),
            "send");
}

std::string WebSocketClient::read() {
    connection_->buffer.clear();
    require(complete(connection_->context,
                     [&](auto done) { connection_->stream.async_read(connection_->buffer, done); }),
            "read");
    return beast::buffers_to_string(connection_->buffer.data());
}

std::uint16_t WebSocketClient::read_close() {
    for (;;) {
        connection_->buffer.clear();
        const error_code error = complete(connection_->context, [&](auto done) {
            connection_->stream.async_read(connection_->buffer, done);
        });
        if (error == asio::error::timed_out) throw std::runtime_error("not closed in time");
        if (error == websocket::error::closed) return connection_->stream.reason().code;
        if (error) return 1006;
    }
}

void WebSocketClient::close(std::uint16_t code) {
    require(
        complete(connection_->context,
                 [&](auto done) { connection_->stream.async_close(websocket::close_reason(code), done); }),
        "close");
}

void WebSocketClient::drop() {
    connection_->stream.next_layer().close();
}

std::string WebSocketClient::upgrade_header(const std::string& name) const {
    return std::string(connection_->response[name]);
}

}  // namespace fieldsync::server::http::testing
