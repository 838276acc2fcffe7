#include "simulation/server_host.hpp"

#include <utility>

#include "records/tables.hpp"

namespace fieldsync::simulation {

struct ServerHost::Process {
    Process(ServerHost& host, std::shared_ptr<Life> the_life)
        : life(std::move(the_life)),
          database(host.disk.open()),
          path(tables(), host.clock, host.random_),
          writes(*database, path, host.points,
                 [&host, life = life](std::function<void()> pump) {
                     host.scheduler_.after(host.commit_us_, life, std::move(pump));
                 },
                 {[&host](const server::WriteRequest& request, const server::WriteOutcome& outcome) {
                      host.written.push_back({request, outcome, host.clock.now_us()});
                  },
                  {}}),
          services{*database, writes, tables(), host.clock, reads} {}

    std::shared_ptr<Life> life;
    std::unique_ptr<server::storage::Database> database;
    server::WritePath path;
    server::WriteQueue writes;
    server::storage::ReadBridge reads{true, nullptr};  // in the one thread there is
    server::SyncServices services;
};

ServerHost::ServerHost(Scheduler& scheduler, ServerDisk the_disk, const Dice& dice, Trace& trace)
    : clock(scheduler),
      disk(std::move(the_disk)),
      scheduler_(scheduler),
      trace_(trace),
      dice_(dice.fork(1)),
      random_(dice.fork(2)),
      commit_us_(dice_.between(100, 8'000)) {
    start();
}

ServerHost::~ServerHost() {
    if (process_) end_process();
}

const server::RecordTables& ServerHost::tables() {
    static const server::RecordTables all(Town::schema());
    return all;
}

void ServerHost::start() {
    if (process_) return;
    auto life = std::make_shared<Life>();
    life->killed = [this] { kill("dies at a commit point"); };
    process_ = std::make_unique<Process>(*this, std::move(life));
    trace_.say(scheduler_.now_us(), "server", "starts");
    if (has_started) has_started();
}

std::shared_ptr<Life> ServerHost::life() const {
    return process_ ? process_->life : nullptr;
}
server::SyncServices& ServerHost::services() {
    return process_->services;
}
server::storage::Database& ServerHost::database() {
    return *process_->database;
}
server::WriteQueue& ServerHost::writes() {
    return process_->writes;
}

// Sessions first: they hold on to the write queue.
void ServerHost::end_process() {
    process_->life->is_over = true;
    for (const auto& connection : std::exchange(connections_, {}))
        if (const auto there = connection.lock()) there->server_died();
    for (const auto& carrier : std::exchange(carriers_, {}))
        if (const auto there = carrier.lock()) there->server_died();
    scheduler_.forget_the_dead();
    process_.reset();
}

void ServerHost::kill(const std::string& why) {
    if (!process_) return;
    trace_.say(scheduler_.now_us(), "server", why);
    disk.before_kill();
    end_process();
    disk.after_kill();
    start_again(dice_.between(1, 20) * kSecond);
}

void ServerHost::stop() {
    if (!process_) return;
    trace_.say(scheduler_.now_us(), "server", "drains");
    for (const auto& connection : std::vector(connections_))
        if (const auto there = connection.lock()) there->server_stops();
    scheduler_.after(2 * kSecond, process_->life, [this] {
        process_->writes.stop();
        process_->writes.drain();
        trace_.say(scheduler_.now_us(), "server", "stops");
        end_process();
        start_again(dice_.between(1, 20) * kSecond);
    });
}

void ServerHost::start_again(std::int64_t after_us) {
    scheduler_.after(after_us, nullptr, [this, starts = ++starts_] {
        if (starts == starts_) start();
    });
}

void ServerHost::restore() {
    if (!disk.has_backup()) return;
    trace_.say(scheduler_.now_us(), "server", "is put back to its backup");
    if (process_) end_process();
    disk.restore();
    written.clear();  // by a server that never was
    ++restored;
    start();
    was_restored();
}

void ServerHost::exchange(const std::string& body, HttpCarrier::Done done) {
    const auto carrier = std::make_shared<HttpCarrier>(
        process_->services,
        [this, life = process_->life](std::function<void()> work) {
            scheduler_.after(0, life, std::move(work));
        },
        std::move(done));
    std::erase_if(carriers_, [](const auto& one) { return one.expired(); });
    carriers_.push_back(carrier);
    carrier->run(body);
}

void ServerHost::submit(server::WriteRequest request, std::function<void(const server::WriteOutcome&)> done) {
    if (!process_) return;
    process_->writes.submit(
        std::move(request),
        [done = std::move(done)](const server::WriteOutcome& outcome) {
            if (done) done(outcome);
        },
        [](const server::WriteFailure&) {});
}

void ServerHost::run_now(const std::function<void(server::storage::Connection&)>& work) {
    if (process_) process_->database->write(work);
}

}  // namespace fieldsync::simulation
