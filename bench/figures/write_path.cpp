// The server's one write path, its own part of every push: through the write queue, group commit and SQLite,
// each change-set waited for until its receipt is there.
#include <atomic>
#include <deque>
#include <mutex>
#include <semaphore>
#include <stdexcept>

#include "baselines/sqlite.hpp"
#include "figures/figures.hpp"
#include "fixtures/site.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr std::size_t kVisits = 5'000, kLeads = 500;
constexpr std::size_t kClients = 10'000, kClientsPerSet = 500;
constexpr std::size_t kConflicts = 10'000;
constexpr std::size_t kWaitingMax = 1'024;  // change-sets handed in and not answered: as several devices do

using Requests = std::vector<server::WriteRequest>;

// Hands in all of them and waits for all receipts, which must be of this status.
void push(Served& served, const Requests& requests, sync::ReceiptStatus expected) {
    std::counting_semaphore<> room(kWaitingMax);
    std::atomic<std::size_t> wrong{0};
    for (const server::WriteRequest& request : requests) {
        room.acquire();
        const bool taken = served.writes().submit(
            request,
            [&](const server::WriteOutcome& outcome) {
                if (outcome.receipt.status != expected) ++wrong;
                room.release();
            },
            [&](const server::WriteFailure&) {
                ++wrong;
                room.release();
            });
        if (!taken) throw std::runtime_error("the queue is full");
    }
    for (std::size_t i = 0; i < kWaitingMax; ++i) room.acquire();
    if (wrong != 0) throw std::runtime_error(std::to_string(wrong) + " receipts are not as expected");
}

// What is pushed, and what SQLite was told to write for it.
class Work {
  public:
    Work(Site& site, Requests requests, sync::ReceiptStatus expected)
        : site_(site), requests_(std::move(requests)), expected_(expected) {
        ServedCopy served(site_);
        groups_ = record_sqlite([&] { push(*served, requests_, expected_); });
    }

    void measure(benchmark::State& state, std::size_t items) const {
        ServedCopy served(site_);
        time_once(state, items, [&] { push(*served, requests_, expected_); });
        const auto commits = served->writes().counters();
        state.counters["per_flush"] = static_cast<double>(commits.jobs) / static_cast<double>(commits.groups);
    }
    void measure_raw(benchmark::State& state, std::size_t items) const {
        RawSqlite raw(site_.world.dir.path() / "fieldsync.db");
        time_once(state, items, [&] {
            for (const SqliteGroup& group : groups_) raw.run(group);
        });
    }

  private:
    Site& site_;
    Requests requests_;
    sync::ReceiptStatus expected_;
    std::vector<SqliteGroup> groups_;
};

Requests visits(Site& site) {
    Pusher anna(site, site.world.anna);
    Requests requests;
    for (std::size_t i = 0; i < kVisits; ++i) requests.push_back(anna.request({site.visit(i)}));
    return requests;
}

Requests clients(Site& site) {
    Pusher anna(site, site.world.anna);
    Requests requests;
    for (std::size_t i = 0; i < kClients; i += kClientsPerSet) {
        std::vector<schema::Change> changes;
        for (std::size_t j = 0; j < kClientsPerSet; ++j) changes.push_back(site.new_client());
        requests.push_back(anna.request(std::move(changes)));
    }
    return requests;
}

// Each client's city, written on a device while the office wrote it too.
Requests conflicts(Site& site) {
    namespace entity = schema::entity;
    testing::World& world = site.world;
    const auto city = [&](const schema::Uid& client, const char* name) {
        return world.update(entity::client, client, {{"city", std::string(name)}});
    };
    Pusher admin(site, world.admin);
    Requests requests;
    std::vector<schema::Change> theirs, ours;
    for (std::size_t i = 0; i < kConflicts; ++i) {
        theirs.push_back(city(site.clients()[i], "Ujjain"));
        ours.push_back(city(site.clients()[i], "Dewas"));
        if (theirs.size() < kClientsPerSet) continue;
        requests.push_back(admin.request(std::exchange(ours, {})));
        world.rest(world.admin, std::exchange(theirs, {}));
    }
    return requests;
}

class Works {
  public:
    Site site{{.leads = kLeads}};
    Site crowded{{.clients = kConflicts}};
    Work visits{site, bench::visits(site), sync::ReceiptStatus::applied};
    Work clients{site, bench::clients(site), sync::ReceiptStatus::applied};
    Work conflicts{crowded, bench::conflicts(crowded), sync::ReceiptStatus::merged};
};

}  // namespace

Group write_path() {
    const Shared<Works> works;
    Group group;
    const auto add = [&](const std::string& name, Work Works::*work, std::size_t items) {
        group.measurements.push_back(
            {name, [=](benchmark::State& state) { (works().*work).measure(state, items); }, 3, true});
        group.measurements.push_back(
            {name + "_raw", [=](benchmark::State& state) { (works().*work).measure_raw(state, items); }, 3,
             true});
    };
    add("server_visits", &Works::visits, kVisits);
    add("server_clients", &Works::clients, kClients);
    add("server_conflicts", &Works::conflicts, kConflicts);
    const std::string same_rows = "SQLite, the same rows and groups";
    group.figures = {
        {"server: visits written, one a change-set",
         Unit::per_second,
         {"server_visits", kItems},
         Reading{"server_visits_raw", kItems},
         same_rows,
         {.ratio = 0.5}},
        {"server: change-sets a flush", Unit::count, {"server_visits", "per_flush"}},
        {"server: clients written, 500 a change-set",
         Unit::per_second,
         {"server_clients", kItems},
         Reading{"server_clients_raw", kItems},
         same_rows},
        {"server: 10,000 conflicting edits merged",
         Unit::per_second,
         {"server_conflicts", kItems},
         Reading{"server_conflicts_raw", kItems},
         same_rows},
    };
    return group;
}

}  // namespace fieldsync::bench
