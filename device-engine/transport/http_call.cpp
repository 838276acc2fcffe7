#include "transport/http_call.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "transport/limits.hpp"

namespace fieldsync::device {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

struct HttpCaller::Connection {
    asio::io_context context{1};
    beast::tcp_stream stream{context};
    bool is_open = false;
};

namespace {

using PostRequest = http::request<http::string_body>;

asio::awaitable<error_code> connect(beast::tcp_stream& stream, const Address& address) {
    error_code error;
    tcp::resolver resolver(stream.get_executor());
    const auto found = co_await resolver.async_resolve(address.host, address.port,
                                                       asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return error;
    stream.expires_after(limits::connect_timeout);
    co_await stream.async_connect(found, asio::redirect_error(asio::use_awaitable, error));
    if (!error) stream.socket().set_option(tcp::no_delay(true));
    co_return error;
}

asio::awaitable<error_code> call(beast::tcp_stream& stream, PostRequest& request, HttpAnswer& answer,
                                 bool& keep) {
    error_code error;
    stream.expires_after(limits::exchange_timeout);
    co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return error;
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(limits::body_bytes_max);
    co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return error;
    auto& message = parser.get();
    answer.status = message.result_int();
    answer.content_type = std::string(message[http::field::content_type]);
    answer.body = std::move(message.body());
    keep = parser.keep_alive();
    co_return error;
}

asio::awaitable<void> post_once(beast::tcp_stream& stream, bool& is_open, const Address& address,
                                PostRequest& request, HttpAnswer& answer) {
    error_code error;
    const bool was_open = is_open;
    if (!is_open) error = co_await connect(stream, address);
    if (!error) {
        is_open = false;
        error = co_await call(stream, request, answer, is_open);
    }
    // The server may have closed a kept connection meanwhile: once more on a new one. Exchanges may be
    // repeated.
    if (error && was_open) {
        stream.close();
        error = co_await connect(stream, address);
        if (!error) error = co_await call(stream, request, answer, is_open);
    }
    if (error) {
        answer.status = 0;
        answer.failure = error.message();
    }
    if (!is_open) stream.close();
}

}  // namespace

HttpCaller::HttpCaller(Address address)
    : connection_(std::make_unique<Connection>()), address_(std::move(address)) {}
HttpCaller::~HttpCaller() = default;

HttpAnswer HttpCaller::post(std::string_view path, std::string_view content_type, std::string body) {
    HttpAnswer answer;
    PostRequest request{http::verb::post, address_.base_path + std::string(path), 11};
    request.set(http::field::host, address_.host_header());
    request.set(http::field::content_type, content_type);
    request.keep_alive(true);
    request.body() = std::move(body);
    request.prepare_payload();
    Connection& connection = *connection_;
    asio::co_spawn(connection.context,
                   post_once(connection.stream, connection.is_open, address_, request, answer),
                   [](std::exception_ptr failure) {
                       if (failure) std::rethrow_exception(failure);
                   });
    connection.context.restart();
    connection.context.run();
    return answer;
}

}  // namespace fieldsync::device
