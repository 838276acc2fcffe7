// What a command works with, and how it answers. Made by main(), which runs one command with it.
#pragma once

#include <functional>
#include <ostream>

#include "cli/environment.hpp"
#include "cli/failure.hpp"
#include "cli/json_writer.hpp"
#include "cli/table.hpp"
#include "fieldsync/device/engine.hpp"

namespace fieldsync::cli {

struct Context {
    device::Engine& engine;
    const schema::Schema& schema;
    sync::Random& random;
    const Settings& settings;
    std::ostream& out;
    std::ostream& err;
    bool json = false;  // for programs

    void print(JsonWriter& writer) const { out << writer.take(); }
    void print(const Table& table) const { out << table.print(settings.width); }
};

// Exit::done, unless the answer itself is a no (verify, a daemon that was sent away).
using Command = std::function<Outcome<Exit>(Context&)>;

}  // namespace fieldsync::cli
