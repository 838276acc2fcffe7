// Application: the server as a whole. It owns every service; the order of its members is the order they stand
// on each other, and the reverse is the order of shutdown.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/installation.hpp"

namespace fieldsync::server {
class WriteQueue;
}

namespace fieldsync::server::app {

struct ServeOptions {
    InstallationOptions installation;
    std::vector<std::string> listen{"127.0.0.1:8080"};
    std::string admin_listen = "127.0.0.1:0";  // for start_admin()
    int io_threads = 2;
    std::int64_t drain_ms = 10'000;
    std::string public_url;  // empty: made of the first address
    std::vector<std::string> cors_origins;
    std::string log_level = "info";
};

class Application {
  public:
    // Opens the database and mounts the surfaces. Throws what Installation throws.
    explicit Application(const ServeOptions& options,
                         const schema::Schema& schema = schema::Schema::current());
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    // Listens, and returns the ports in the order of the options. Throws std::runtime_error.
    std::vector<std::uint16_t> start();
    // Then, for operators: /metrics and health, on a port of its own, which is returned. Throws likewise.
    std::uint16_t start_admin();

    // Stops gracefully: no new connections, requests answered, devices told to come back, queue written,
    // storage closed. Blocks until it is done, `drain_ms` at the most and a little.
    void stop();

    // For tools and tests in the same process.
    WriteQueue& writes();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace fieldsync::server::app
