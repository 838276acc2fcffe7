#include "roles.hpp"

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "baselines/beast.hpp"
#include "fieldsync/device/engine.hpp"
#include "fieldsync/device/transport.hpp"
#include "fixtures/environment.hpp"
#include "fixtures/resident.hpp"
#include "fixtures/served.hpp"

namespace fieldsync::bench {
namespace {

[[noreturn]] void stay(std::uint16_t port) {
    std::cout << port << std::endl;
    for (;;) ::pause();
}

void print_memory() {
    const Resident held = resident();
    std::cout << held.bytes << " " << held.anonymous_bytes << std::endl;
}

std::unique_ptr<device::Engine> opened(const std::string& path) {
    device::EngineOptions options;
    options.path = path;
    options.clock = &real_clock();
    options.random = &real_random();
    auto engine = device::Engine::open(options);
    if (!engine) throw std::runtime_error(engine.error().message);
    return std::move(*engine);
}

}  // namespace

int run_role(const std::vector<std::string>& words) {
    const std::string& role = words.at(0);
    if (role == "serve") {
        Served served(words.at(1));
        stay(served.port());
    }
    if (role == "beast") {
        const BareBeast bare(0, server::app::ServeOptions().io_threads);
        stay(bare.port());
    }
    const auto engine = opened(words.at(1));
    if (role == "sync") {
        device::SyncCall call;
        call.server_url = words.at(2);
        const auto result = device::sync_over_websocket(engine->session_store(), call);
        if (result.end != device::SyncEnd::done) throw std::runtime_error("no sync: " + result.message);
    }
    print_memory();
    return 0;
}

}  // namespace fieldsync::bench
