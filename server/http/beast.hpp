#pragma once

// Names that this room's sources use for Asio and Beast. Never included by a header that handlers see.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstdint>

namespace boost::beast::http {}

namespace fieldsync::server::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;  // `http` is this room's own namespace

using boost::system::error_code;
using tcp = asio::ip::tcp;
using Stream = beast::tcp_stream;

/// co_await something(..., into(error)): errors as a value rather than an exception.
inline auto into(error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

inline std::chrono::milliseconds milliseconds(std::int64_t count) {
    return std::chrono::milliseconds(count);
}

}  // namespace fieldsync::server::http
