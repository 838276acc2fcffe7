#include "app/serve_options.hpp"

#include <toml++/toml.h>
#include <set>
#include <stdexcept>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace fieldsync::server::app {
namespace {

template <class T>
void take(const CLI::App& command, const toml::table& file, std::string_view key, const std::string& flag,
          T& target) {
    const toml::node* node = file.get(key);
    if (node == nullptr || command.count(flag) > 0) return;
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        const toml::array* list = node->as_array();
        if (list == nullptr) throw std::runtime_error("'" + std::string(key) + "' must be a list of texts");
        target.clear();
        for (const toml::node& item : *list)
            if (const auto text = item.value<std::string>()) target.push_back(*text);
    } else {
        const auto value = node->value<T>();
        if (!value) throw std::runtime_error("'" + std::string(key) + "' has the wrong type");
        target = *value;
    }
}

}  // namespace

void add_serve_flags(CLI::App& command, ServeOptions& options, std::string& config_path) {
    command.add_option("--config", config_path, "fieldsync.toml; flags and environment override it")
        ->envname("FIELDSYNC_CONFIG");
    command.add_option("--listen", options.listen, "ADDRESS:PORT, port 0 takes a free one; may be repeated")
        ->envname("FIELDSYNC_LISTEN");
    command
        .add_option("--admin-listen", options.admin_listen,
                    "ADDRESS:PORT of /metrics and health, for operators; off: none")
        ->envname("FIELDSYNC_ADMIN_LISTEN");
    command.add_option("--io-threads", options.io_threads, "threads that serve connections")
        ->check(CLI::Range(1, 64))
        ->envname("FIELDSYNC_IO_THREADS");
    command.add_option("--drain-ms", options.drain_ms, "how long a stop may take")
        ->check(CLI::Range(0, 600'000));
    command.add_option("--public-url", options.public_url, "what links in answers begin with")
        ->envname("FIELDSYNC_PUBLIC_URL");
    command.add_option("--cors-origin", options.cors_origins,
                       "an origin that browsers may call from; may be repeated");
    command.add_option("--log-level", options.log_level, "trace, debug, info, warn, error or off")
        ->envname("FIELDSYNC_LOG_LEVEL");
}

void read_config(const CLI::App& command, const std::string& path, ServeOptions& options) {
    if (path.empty()) return;
    try {
        const toml::table file = toml::parse_file(path);
        const std::set<std::string_view> known{"data_dir",     "database",     "listen",
                                               "admin_listen", "io_threads",   "drain_ms",
                                               "public_url",   "cors_origins", "log_level"};
        for (const auto& [key, node] : file)
            if (!known.contains(key.str()))
                throw std::runtime_error("unknown key '" + std::string(key.str()) + "'");
        std::string data_dir = options.installation.data_dir.string();
        take(command, file, "data_dir", "--data-dir", data_dir);
        options.installation.data_dir = data_dir;
        take(command, file, "database", "--database", options.installation.database);
        take(command, file, "listen", "--listen", options.listen);
        take(command, file, "admin_listen", "--admin-listen", options.admin_listen);
        take(command, file, "io_threads", "--io-threads", options.io_threads);
        take(command, file, "drain_ms", "--drain-ms", options.drain_ms);
        take(command, file, "public_url", "--public-url", options.public_url);
        take(command, file, "cors_origins", "--cors-origin", options.cors_origins);
        take(command, file, "log_level", "--log-level", options.log_level);
    } catch (const std::exception& error) {
        throw std::runtime_error(path + ": " + error.what());
    }
}

}  // namespace fieldsync::server::app
