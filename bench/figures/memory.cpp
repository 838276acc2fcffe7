// What the server and a device hold in memory, each a process of its own.
#include <chrono>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "figures/figures.hpp"
#include "fixtures/environment.hpp"
#include "fixtures/idle_devices.hpp"
#include "fixtures/phone.hpp"
#include "fixtures/resident.hpp"
#include "support/process.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr std::size_t kRecords = 100'000;
constexpr std::size_t kIdle = 1'000;

using testing::Process;

std::vector<std::string> in_role(std::vector<std::string> words) {
    words.insert(words.begin(), {std::filesystem::canonical("/proc/self/exe").string(), "--role"});
    return words;
}

// A process that serves, and says on which port.
class Serving {
  public:
    explicit Serving(const std::vector<std::string>& words) : process_(in_role(words)) {
        if (!process_.wait_for_out("\n")) throw std::runtime_error("nothing is served: " + process_.err());
        port_ = static_cast<std::uint16_t>(std::stoul(process_.out()));
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    // Once it has come to rest.
    [[nodiscard]] Resident memory() const {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return resident(std::to_string(process_.number()));
    }

  private:
    Process process_;
    std::uint16_t port_ = 0;
};

Resident memory_of(const std::vector<std::string>& words) {
    const auto finished = Process::run(in_role(words));
    Resident held;
    if (finished.exit_code != 0 || !(std::istringstream(finished.out) >> held.bytes >> held.anonymous_bytes))
        throw std::runtime_error("a device failed: " + finished.err);
    return held;
}

void report(benchmark::State& state, const char* name, const Resident& held) {
    state.counters[name] = held.bytes;
    state.counters[std::string(name) + "_anonymous"] = held.anonymous_bytes;
}

// One admin's device gets everything; both ends before and after.
void bootstrap(benchmark::State& state) {
    Site site({.clients = kRecords});
    testing::TempDir store;
    {
        Phone phone(site, site.world.admin);
        std::filesystem::copy_file(phone.path() / "data.mdb", store.path() / "data.mdb");
    }
    for ([[maybe_unused]] auto unused : state) {
        const Serving server({"serve", site.world.dir.path()});
        report(state, "server_before", server.memory());
        report(state, "device_before", memory_of({"open", store.path()}));
        report(state, "device", memory_of({"sync", store.path(), server.url()}));
        report(state, "server", server.memory());
        state.SetIterationTime(1);
    }
}

double bytes_each(const Serving& server, const std::vector<IdleDevice>& devices) {
    const double before = server.memory().bytes;
    const IdleDevices connected(server.port(), devices);
    return (server.memory().bytes - before) / static_cast<double>(devices.size());
}

void idle(benchmark::State& state) {
    Site site;
    std::vector<IdleDevice> devices(kIdle);
    for (IdleDevice& device : devices) device.device = sync::new_uid(real_clock(), real_random());
    site.give_tokens(site.world.anna, devices);
    for ([[maybe_unused]] auto unused : state) {
        const Serving server({"serve", site.world.dir.path()});
        state.counters["each"] = bytes_each(server, devices);
        state.SetIterationTime(1);
    }
}

void idle_raw(benchmark::State& state) {
    for ([[maybe_unused]] auto unused : state) {
        const Serving bare({"beast"});
        state.counters["each"] = bytes_each(bare, std::vector<IdleDevice>(kIdle));
        state.SetIterationTime(1);
    }
}

}  // namespace

Group memory() {
    Group group;
    group.measurements = {{"memory_bootstrap", bootstrap, 1, true},
                          {"memory_idle", idle, 3, true},
                          {"memory_idle_raw", idle_raw, 3, true}};
    const auto after = [&](const std::string& name, const std::string& counter) {
        const std::string suffix = counter.ends_with("_anonymous") ? "_anonymous" : "";
        const std::string before = counter.substr(0, counter.size() - suffix.size()) + "_before" + suffix;
        group.figures.push_back({name,
                                 Unit::megabytes,
                                 {"memory_bootstrap", counter},
                                 Reading{"memory_bootstrap", before},
                                 "the same before"});
    };
    after("memory: server after a bootstrap of 100,000", "server");
    after("memory: device after it", "device");
    after("memory: device, without mapped files", "device_anonymous");
    group.figures.push_back({"memory: an idle live device, of 1,000",
                             Unit::kilobytes,
                             {"memory_idle", "each"},
                             Reading{"memory_idle_raw", "each"},
                             "Beast, an idle WebSocket",
                             {.value = 20}});
    return group;
}

}  // namespace fieldsync::bench
