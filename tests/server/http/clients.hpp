#pragma once

// Clients for tests, over real sockets. Every call has a deadline of some seconds and throws
// std::runtime_error when it passes or the connection breaks. One thread each.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fieldsync::server::http::testing {

struct Reply {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool keep_alive = false;

    /// "" when it is missing.
    std::string header(const std::string& name) const;
};

class Client {
  public:
    /// A small `receive_buffer` makes a reader that is soon full.
    explicit Client(std::uint16_t port, std::optional<int> receive_buffer = {});
    ~Client();

    /// Bytes as they are.
    void send(const std::string& bytes);
    Reply read(bool head = false);
    Reply get(const std::string& target, const std::string& more_headers = {});
    Reply post(const std::string& target, const std::string& body, const std::string& more_headers = {});
    /// Waits until the other end has closed; what came before is thrown away.
    bool closed_by_server();
    void close();

  private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

class WebSocketClient {
  public:
    WebSocketClient(std::uint16_t port, const std::string& target, std::optional<int> receive_buffer = {});
    ~WebSocketClient();

    void send(const std::string& message, bool text = false);
    std::string read();
    /// Reads until the other end closes: its code; 1006 when there was no close frame.
    std::uint16_t read_close();
    void close(std::uint16_t code);
    /// Drops the connection without a close frame.
    void drop();
    /// A header of the 101 answer.
    std::string upgrade_header(const std::string& name) const;

  private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace fieldsync::server::http::testing
