// A new device gets everything its user may see.
#include "baselines/lmdb.hpp"
#include "baselines/sqlite.hpp"
#include "figures/figures.hpp"
#include "fixtures/phone.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

// Of an admin with so many clients. Beside it: the rows read from SQLite, and what the engine put while it
// took them put by LMDB, in as many transactions.
class Bootstrap {
  public:
    explicit Bootstrap(std::size_t records)
        : records_(records), site_{{.clients = records}}, new_(site_, site_.world.admin) {
        ServedCopy served(site_);
        Phone copy(new_);
        puts_ = record_lmdb([&] { copy.sync(*served); });
        if (copy.count(schema::entity::client) < records) throw std::runtime_error("clients are missing");
    }

    void measure(benchmark::State& state, Carried carried) const {
        ServedCopy served(site_);
        Phone phone(new_);
        time_once(state, records_, [&] { phone.sync(*served, carried); });
    }
    void measure_raw(benchmark::State& state) const {
        RawSqlite server(site_.world.dir.path() / "fieldsync.db");
        RawLmdb device(new_.path());
        time_once(state, records_, [&] {
            benchmark::DoNotOptimize(server.read_all("SELECT * FROM client ORDER BY id"));
            for (const LmdbTransaction& transaction : puts_) device.run(transaction);
        });
    }

  private:
    std::size_t records_;
    Site site_;
    Phone new_;
    std::vector<LmdbTransaction> puts_;
};

template <std::size_t Records>
struct BootstrapOf : Bootstrap {
    BootstrapOf() : Bootstrap(Records) {}
};

}  // namespace

Group bootstraps() {
    const Shared<BootstrapOf<10'000>> small;
    const Shared<BootstrapOf<100'000>> large;
    Group group;
    const auto add = [&](const std::string& name, auto bootstrap, int repetitions) {
        group.measurements.push_back(
            {name, [=](benchmark::State& state) { bootstrap().measure(state, Carried::websocket); },
             repetitions, true});
        group.measurements.push_back({name + "_raw",
                                      [=](benchmark::State& state) { bootstrap().measure_raw(state); },
                                      repetitions, true});
    };
    add("bootstrap", small, 5);
    add("bootstrap_100k", large, 1);
    group.measurements.push_back(
        {"bootstrap_http", [=](benchmark::State& state) { small().measure(state, Carried::http); }, 3, true});
    const std::string rows = "SQLite rows read, LMDB the same puts";
    const Reading raw{"bootstrap_raw", kItems};
    group.figures = {
        {"bootstrap: 10,000 records",
         Unit::per_second,
         {"bootstrap", kItems},
         raw,
         rows,
         {.value = 30'000},
         60'000},
        {"bootstrap: 10,000, in HTTP exchanges", Unit::per_second, {"bootstrap_http", kItems}, raw, rows},
        {"bootstrap: 100,000 records",
         Unit::per_second,
         {"bootstrap_100k", kItems},
         Reading{"bootstrap_100k_raw", kItems},
         rows,
         {.value = 30'000},
         60'000},
    };
    return group;
}

}  // namespace fieldsync::bench
