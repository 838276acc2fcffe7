#include "app/application.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <stdexcept>

#include "accounts/sign_in.hpp"
#include "app/admin.hpp"
#include "app/nodes.hpp"
#include "http/server.hpp"
#include "metrics/metrics.hpp"
#include "storage/limits.hpp"
#include "surfaces/mount.hpp"
#include "sync/endpoints.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server::app {
namespace {

namespace asio = boost::asio;

std::function<void(std::function<void()>)> post_to(asio::thread_pool& pool) {
    return [&pool](std::function<void()> work) { asio::post(pool, std::move(work)); };
}

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

// "127.0.0.1:8080" or "[::1]:8080".
Endpoint parse_endpoint(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error("not an address and a port: " + text);
    Endpoint endpoint;
    endpoint.address = text.substr(0, colon);
    if (endpoint.address.starts_with('[') && endpoint.address.ends_with(']'))
        endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    const std::string port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos ||
        std::stoi(port) > 65535)
        throw std::runtime_error("not a port: " + text);
    endpoint.port = static_cast<std::uint16_t>(std::stoi(port));
    return endpoint;
}

void log_access(spdlog::logger& log, const http::AccessEntry& entry) {
    log.info("method={} path={} status={} us={} in={} out={} id={} from={}", entry.method, entry.path,
             entry.status, entry.duration_us, entry.request_bytes, entry.response_bytes, entry.request_id,
             entry.remote_address);
}

// SQLite's reads are done on the I/O threads, PostgreSQL's wait for the network.
bool reads_in_place(const storage::Database& database) {
    return database.dialect() == storage::Dialect::sqlite;
}

}  // namespace

struct Application::Parts {
    Parts(const ServeOptions& given, const schema::Schema& schema)
        : options(given),
          installation(given.installation, schema),
          io(static_cast<std::size_t>(given.io_threads)),
          readers(reads_in_place(installation.database()) ? 0 : storage::limits::readers_max),
          reads(reads_in_place(installation.database()),
                post_to(reads_in_place(installation.database()) ? io : readers)),
          writers(WriteQueue::lanes_of(installation.database())),
          writes(installation.database(), installation.write_path(), installation.commit_points(),
                 post_to(writers), watcher()),
          sign_in(installation.database(), writes, installation.clock(), installation.random(),
                  post_to(blocking)),
          sync_services{installation.database(), writes, installation.tables(), installation.clock(), reads} {
    }

    WriteWatcher watcher() {
        return {[this](const WriteRequest& request, const WriteOutcome& outcome) {
                    metrics.written(request, outcome);
                    if (outcome.wrote) nodes->committed(request.business, outcome.head);
                },
                [this](std::size_t jobs) { metrics.group_committed(jobs); }};
    }

    http::Hooks hooks() {
        http::Hooks hooks;
        hooks.now_us = monotonic_us;
        hooks.new_request_id = [this] {
            return sync::new_uid(installation.clock(), installation.random()).to_string();
        };
        hooks.access = [this](const http::AccessEntry& entry) { log_access(*log, entry); };
        return hooks;
    }

    std::unique_ptr<http::HttpServer> make_server() {
        http::Config config;
        config.cors_origins = options.cors_origins;
        http::Hooks counted = hooks();
        counted.access = [this](const http::AccessEntry& entry) {
            log_access(*log, entry);
            metrics.answered(entry);
        };
        return std::make_unique<http::HttpServer>(io.get_executor(), make_router(), config, counted);
    }

    std::unique_ptr<http::HttpServer> make_admin_server() {
        http::Router router;
        mount_health(router, installation.database(), reads);
        mount_metrics(
            router, metrics,
            [this] {
                Metrics::State state;
                state.connections = server->connections();
                look_up(state, sync_services);
                return state;
            },
            reads);
        return std::make_unique<http::HttpServer>(io.get_executor(), std::move(router), http::Config{},
                                                  hooks());
    }

    // Blocks until the connections are gone, `drain_ms` at the most and a little.
    void drain(std::unique_ptr<http::HttpServer>& which) const {
        if (!which) return;
        const auto drained = std::make_shared<std::promise<void>>();
        which->drain(options.drain_ms, [drained] { drained->set_value(); });
        drained->get_future().wait();
    }

    http::Router make_router() {
        http::Router router;
        surfaces::Services services{installation.database(),
                                    writes,
                                    installation.tables(),
                                    installation.clock(),
                                    installation.random(),
                                    sign_in,
                                    reads,
                                    options.public_url};
        surfaces::mount_crm(router, services);
        surfaces::mount_client_portal(router, services);
        mount_sync(router, {sync_services, sign_in, post_to(io)});
        mount_health(router, installation.database(), reads);
        return router;
    }

    const ServeOptions options;
    const std::shared_ptr<spdlog::logger> log = spdlog::default_logger();  // made before the threads are
    Metrics metrics;
    Installation installation;
    asio::thread_pool io;
    asio::thread_pool readers;  // none where reads run in place
    storage::ReadBridge reads;
    asio::thread_pool writers;
    asio::thread_pool blocking{2};
    WriteQueue writes;
    accounts::SignIn sign_in;
    std::unique_ptr<Nodes> nodes =
        std::make_unique<Nodes>(installation.database(), writes, installation.random());
    SyncServices sync_services;
    std::unique_ptr<http::HttpServer> server, admin;
    bool stopped = false;
};

Application::Application(const ServeOptions& options, const schema::Schema& schema)
    : parts_(std::make_unique<Parts>(options, schema)) {}

Application::~Application() {
    stop();
}

WriteQueue& Application::writes() {
    return parts_->writes;
}

std::vector<std::uint16_t> Application::start() {
    Parts& parts = *parts_;
    parts.server = parts.make_server();
    std::vector<std::uint16_t> ports;
    for (const std::string& text : parts.options.listen) {
        const Endpoint endpoint = parse_endpoint(text);
        ports.push_back(parts.server->start(endpoint.address, endpoint.port));
    }
    return ports;
}

std::uint16_t Application::start_admin() {
    Parts& parts = *parts_;
    const Endpoint endpoint = parse_endpoint(parts.options.admin_listen);
    parts.admin = parts.make_admin_server();
    return parts.admin->start(endpoint.address, endpoint.port);
}

void Application::stop() {
    Parts& parts = *parts_;
    if (std::exchange(parts.stopped, true)) return;
    parts.drain(parts.server);
    parts.drain(parts.admin);
    parts.blocking.join();
    parts.writes.stop();
    parts.writes.drain();
    parts.writers.join();
    parts.readers.join();
    parts.nodes.reset();
    parts.io.join();
}

}  // namespace fieldsync::server::app
