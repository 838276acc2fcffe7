// ServerHost: a machine that runs the server: the real write path, sync sessions and database behind a simulated
// network. It starts, drains, is killed at commit points, is put back to a backup.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/websocket.hpp"
#include "simulation/dice.hpp"
#include "simulation/http_carrier.hpp"
#include "simulation/points.hpp"
#include "simulation/scheduler.hpp"
#include "simulation/server_disk.hpp"
#include "simulation/trace.hpp"
#include "sync/services.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::simulation {

// One end of a connection, told when the machine at the other end of it is gone.
class Connection {
  public:
    virtual ~Connection() = default;
    virtual void server_died() = 0;
    virtual void server_stops() = 0;
};

// A change-set that a server has written, as its write path tells.
struct Written {
    server::WriteRequest request;
    server::WriteOutcome outcome;
    std::int64_t server_now_us = 0;
};

class ServerHost {
  public:
    ServerHost(Scheduler& scheduler, ServerDisk disk, const Dice& dice, Trace& trace);
    ~ServerHost();

    void start();
    void kill(const std::string& why);
    void stop();  // drained
    // Down until then.
    void start_again(std::int64_t after_us);
    void restore();

    [[nodiscard]] bool is_up() const { return process_ != nullptr; }
    [[nodiscard]] std::shared_ptr<Life> life() const;
    [[nodiscard]] server::SyncServices& services();
    [[nodiscard]] server::storage::Database& database();
    [[nodiscard]] server::WriteQueue& writes();

    void exchange(const std::string& body, HttpCarrier::Done done);
    void add(const std::shared_ptr<Connection>& connection) { connections_.push_back(connection); }

    // A write that is no device's; `done` hears what became of it unless the server dies before.
    void submit(server::WriteRequest request, std::function<void(const server::WriteOutcome&)> done = {});
    // Operational writes, done when it returns; for the simulation's own needs.
    void run_now(const std::function<void(server::storage::Connection&)>& work);

    std::vector<Written> written;        // since somebody took them
    std::uint64_t restored = 0;          // times it was put back to its backup
    std::function<void()> was_restored;  // then
    std::function<void()> has_started;   // once more

    Points points;
    SkewedClock clock;
    ServerDisk disk;
    static const server::RecordTables& tables();

  private:
    struct Process;
    void end_process();

    Scheduler& scheduler_;
    Trace& trace_;
    Dice dice_;
    DiceRandom random_;
    std::int64_t commit_us_;
    std::vector<std::weak_ptr<Connection>> connections_;
    std::vector<std::weak_ptr<HttpCarrier>> carriers_;
    std::unique_ptr<Process> process_;
    std::uint64_t starts_ = 0;
};

}  // namespace fieldsync::simulation
