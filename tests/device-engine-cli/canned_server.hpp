// A server in a thread of the test: HTTP/1.1, one request a connection, answers from a function.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace fieldsync::testing {

struct CannedRequest {
    std::string target, body;
};

struct CannedAnswer {
    int status = 200;
    std::string body;
};

class CannedServer {
  public:
    using Answers = std::function<CannedAnswer(const CannedRequest&)>;
    explicit CannedServer(Answers answers);  // called in the server's thread
    ~CannedServer();
    CannedServer(const CannedServer&) = delete;
    CannedServer& operator=(const CannedServer&) = delete;

    [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

    // Held while any of them answers. A test that reads what an answer wrote down has waited for a program or
    // a line of its, and takes it there: threads and their sanitizer know nothing of processes.
    static std::mutex& answering();

  private:
    void serve();

    Answers answers_;
    int listener_ = -1;
    int port_ = 0;
    std::thread thread_;
};

// An address where nothing listens, and nothing else will while this lives.
class ClosedPort {
  public:
    ClosedPort();
    ~ClosedPort();
    ClosedPort(const ClosedPort&) = delete;
    ClosedPort& operator=(const ClosedPort&) = delete;
    [[nodiscard]] std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    int socket_ = -1;
    int port_ = 0;
};

}  // namespace fieldsync::testing
