#include "canned_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace fieldsync::testing {
namespace {

// A socket on a free port of this machine.
std::pair<int, int> bind_anywhere() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (socket < 0 || ::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0)
        throw std::runtime_error("no port");
    return {socket, ntohs(address.sin_port)};
}

std::size_t content_length(std::string head) {
    for (char& c : head) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto at = head.find("content-length:");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 15));
}

CannedRequest read_request(int connection) {
    std::string received;
    std::array<char, 65536> piece{};
    for (;;) {
        const auto head_end = received.find("\r\n\r\n");
        if (head_end != std::string::npos) {
            const std::size_t length = content_length(received.substr(0, head_end));
            if (received.size() >= head_end + 4 + length) {
                const auto target = received.find(' ') + 1;
                return {received.substr(target, received.find(' ', target) - target),
                        received.substr(head_end + 4, length)};
            }
        }
        const ssize_t count = ::recv(connection, piece.data(), piece.size(), 0);
        if (count <= 0) return {};
        received.append(piece.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace

CannedServer::CannedServer(Answers answers) : answers_(std::move(answers)) {
    std::tie(listener_, port_) = bind_anywhere();
    if (::listen(listener_, 16) != 0) throw std::runtime_error("cannot listen");
    thread_ = std::thread([this] { serve(); });
}

CannedServer::~CannedServer() {
    ::shutdown(listener_, SHUT_RDWR);  // accept() returns
    thread_.join();
    ::close(listener_);
}

std::mutex& CannedServer::answering() {
    static std::mutex mutex;
    return mutex;
}

void CannedServer::serve() {
    for (;;) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        const CannedRequest request = read_request(connection);
        if (!request.target.empty()) {
            const CannedAnswer answer = [&] {
                const std::lock_guard lock(answering());
                return answers_(request);
            }();
            const std::string bytes =
                "HTTP/1.1 " + std::to_string(answer.status) +
                " Canned\r\nConnection: close\r\nContent-Length: " + std::to_string(answer.body.size()) +
                "\r\n\r\n" + answer.body;
            ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        }
        ::close(connection);
    }
}

ClosedPort::ClosedPort() {
    std::tie(socket_, port_) = bind_anywhere();
}
ClosedPort::~ClosedPort() {
    ::close(socket_);
}

}  // namespace fieldsync::testing
