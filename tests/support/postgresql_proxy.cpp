#include "support/postgresql_proxy.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace fieldsync::testing {
namespace {

bool send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

PostgresqlProxy::PostgresqlProxy(const std::string& uri) {
    const std::string scheme = "postgresql:///", parameter = "host=";
    const auto host = uri.find(parameter);
    if (!uri.starts_with(scheme) || host == std::string::npos)
        throw std::runtime_error("the proxy needs a server at a socket: " + uri);
    const auto end = uri.find('&', host);
    socket_path_ = uri.substr(host + parameter.size(), end - host - parameter.size()) + "/.s.PGSQL.5432";

    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || wake_ < 0 || ::bind(listener_, any, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, any, &size) != 0)
        throw std::runtime_error("the proxy cannot listen");
    uri_ = "postgresql://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) +
           uri.substr(scheme.size() - 1, host - scheme.size() + 1) +
           (end == std::string::npos ? std::string() : uri.substr(end + 1));
    thread_ = std::thread([this] { run(); });
}

PostgresqlProxy::~PostgresqlProxy() {
    is_stopping_ = true;
    wake();
    thread_.join();
    hang_up();
    if (late_server_ >= 0) ::close(late_server_);
    ::close(listener_);
    ::close(wake_);
}

void PostgresqlProxy::speak() {
    hang_up();
    is_silent_ = false;
    wake();
}

void PostgresqlProxy::hang_up() {
    const std::lock_guard lock(mutex_);
    for (const Pair& pair : std::exchange(pairs_, {})) {
        ::close(pair.client);
        if (pair.server >= 0) ::close(pair.server);
    }
}

void PostgresqlProxy::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void PostgresqlProxy::run() {
    while (!is_stopping_) {
        std::vector<pollfd> waited{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
        {
            const std::lock_guard lock(mutex_);
            if (!is_silent_)
                for (const Pair& pair : pairs_) {
                    waited.push_back({pair.client, POLLIN, 0});
                    waited.push_back({pair.server, POLLIN, 0});
                }
        }
        ::poll(waited.data(), waited.size(), 20);
        std::uint64_t count = 0;
        [[maybe_unused]] const auto read = ::read(wake_, &count, sizeof count);
        if ((waited[1].revents & POLLIN) != 0) accept();
        const std::lock_guard lock(mutex_);
        std::erase_if(pairs_, [&](Pair& pair) {
            bool is_open = true;
            for (std::size_t i = 2; i + 1 < waited.size() && is_open && !is_silent_; i += 2) {
                if (waited[i].fd != pair.client || waited[i + 1].fd != pair.server) continue;
                if (waited[i].revents != 0) is_open = pass_on(pair, true);
                if (is_open && waited[i + 1].revents != 0) is_open = pass_on(pair, false);
            }
            if (is_open) return false;
            ::close(pair.client);
            ::close(pair.server);
            return true;
        });
    }
}

void PostgresqlProxy::accept() {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    ++accepted_;
    const int server = is_silent_ ? -1 : connect();
    if (server < 0 && !is_silent_) {
        ::close(client);
        return;
    }
    const std::lock_guard lock(mutex_);
    pairs_.push_back({client, server, false});
}

int PostgresqlProxy::connect() const {
    const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path_.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return server;
    ::close(server);
    return -1;
}

// False when the two are to be closed.
bool PostgresqlProxy::pass_on(Pair& pair, bool from_client) {
    std::array<char, 65536> bytes{};
    const ssize_t got = ::recv(from_client ? pair.client : pair.server, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    const auto has = [text](std::string_view sql) { return text.find(sql) != std::string_view::npos; };
    pair.is_writer = pair.is_writer || (from_client && has("INSERT INTO fieldsync_commit"));
    const bool is_cut = from_client && pair.is_writer && cut_ != Cut::nothing && has("COMMIT");
    if (!is_cut) {
        const bool is_open = send_all(from_client ? pair.server : pair.client, text);
        if (late_server_ >= 0 && from_client && has("= fieldsync_commit.transactions")) {
            send_all(late_server_, late_commit_);
            ::close(std::exchange(late_server_, -1));
        }
        return is_open;
    }
    const Cut cut = cut_.exchange(Cut::nothing);
    if (cut == Cut::late) {
        late_server_ = ::dup(pair.server);
        late_commit_ = text;
    }
    if (cut == Cut::answer) {
        send_all(pair.server, text);
        [[maybe_unused]] const ssize_t answered = ::recv(pair.server, bytes.data(), bytes.size(), 0);
    }
    if (is_silent_after_) is_silent_ = true;
    return false;
}

}  // namespace fieldsync::testing
