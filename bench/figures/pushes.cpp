// What a device wrote offline, on its way to the server: real engine, real server, a socket between them.
#include "baselines/sqlite.hpp"
#include "figures/figures.hpp"
#include "fixtures/environment.hpp"
#include "fixtures/phone.hpp"
#include "flushes.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr std::size_t kRecords = 10'000;
constexpr std::size_t kLeads = 500;
constexpr std::size_t kClientsPerSet = 500;
constexpr int kRepetitions = 3;

// A phone full of unsent work, made once; and what SQLite was told to write when a copy of it was pushed.
class Outbox {
  public:
    template <class Fill>
    Outbox(Site& site, Fill fill) : site_(site), phone_(site, site.world.anna, memory_directory()) {
        {
            ServedCopy served(site);
            phone_.sync(*served);
        }
        fill(phone_);
        ServedCopy served(site_);
        Phone copy(phone_);
        groups_ = record_sqlite([&] { copy.sync(*served); });
    }

    void measure(benchmark::State& state, Carried carried) const {
        ServedCopy served(site_);
        Phone phone(phone_);
        const std::uint64_t flushes_before = flushes();
        time_once(state, kRecords, [&] { phone.sync(*served, carried); });
        state.counters["flushes"] = static_cast<double>(flushes() - flushes_before);
        const auto commits = served->writes().counters();
        state.counters["per_flush"] = static_cast<double>(commits.jobs) / static_cast<double>(commits.groups);
    }
    void measure_raw(benchmark::State& state) const {
        RawSqlite raw(site_.world.dir.path() / "fieldsync.db");
        time_once(state, kRecords, [&] {
            for (const SqliteGroup& group : groups_) raw.run(group);
        });
    }

  private:
    Site& site_;
    Phone phone_;
    std::vector<SqliteGroup> groups_;
};

class Outboxes {
  public:
    Site site{{.leads = kLeads}};
    Outbox visits{site, [this](Phone& phone) {
                      for (std::size_t i = 0; i < kRecords; ++i) phone.write({site.visit(i)});
                  }};
    Outbox clients{site, [this](Phone& phone) {
                       for (std::size_t i = 0; i < kRecords; i += kClientsPerSet) {
                           std::vector<schema::Change> changes;
                           for (std::size_t j = 0; j < kClientsPerSet; ++j)
                               changes.push_back(site.new_client());
                           phone.write(changes);
                       }
                   }};
};

}  // namespace

Group pushes() {
    const Shared<Outboxes> outboxes;
    Group group;
    const auto add = [&](const std::string& name, Outbox Outboxes::*outbox, Carried carried,
                         int repetitions) {
        group.measurements.push_back(
            {name, [=](benchmark::State& state) { (outboxes().*outbox).measure(state, carried); },
             repetitions, true});
    };
    const auto add_raw = [&](const std::string& name, Outbox Outboxes::*outbox) {
        group.measurements.push_back(
            {name, [=](benchmark::State& state) { (outboxes().*outbox).measure_raw(state); }, kRepetitions,
             true});
    };
    add("push_visits", &Outboxes::visits, Carried::websocket, kRepetitions);
    add("push_visits_http", &Outboxes::visits, Carried::http, 1);
    add_raw("push_visits_raw", &Outboxes::visits);
    add("push_clients", &Outboxes::clients, Carried::websocket, kRepetitions);
    add_raw("push_clients_raw", &Outboxes::clients);

    const std::string same_rows = "SQLite, the same rows and groups";
    const Reading raw_visits{"push_visits_raw", kItems};
    group.figures = {
        {"push: visits, one a change-set",
         Unit::per_second,
         {"push_visits", kItems},
         raw_visits,
         same_rows,
         {.value = 10'000, .ratio = 0.5}},
        {"push: visits, in HTTP exchanges",
         Unit::per_second,
         {"push_visits_http", kItems},
         raw_visits,
         same_rows},
        {"push: change-sets a server transaction", Unit::count, {"push_visits", "per_flush"}},
        {"push: flushes, both ends, of 10,000 visits", Unit::fewer, {"push_visits", "flushes"}},
        {"push: clients, 500 a change-set",
         Unit::per_second,
         {"push_clients", kItems},
         Reading{"push_clients_raw", kItems},
         same_rows,
         {.value = 30'000},
         60'000},
    };
    return group;
}

}  // namespace fieldsync::bench
