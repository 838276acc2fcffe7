// Where `serve` takes its options from: flags, then the environment (FIELDSYNC_…), then fieldsync.toml.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "app/application.hpp"

namespace fieldsync::server::app {

// Adds the flags to the command. `config_path` holds the file's path after parsing.
void add_serve_flags(CLI::App& command, ServeOptions& options, std::string& config_path);

// Fills in from the file what neither flags nor the environment gave. Throws std::runtime_error naming file
// and key.
void read_config(const CLI::App& command, const std::string& path, ServeOptions& options);

}  // namespace fieldsync::server::app
