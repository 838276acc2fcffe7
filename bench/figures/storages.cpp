// PostgreSQL beside SQLite, the same server and the same data on both: devices that write at once, each waiting
// for its receipt before the next visit, and a new device that gets everything.
#include <array>

#include "figures/figures.hpp"
#include "fixtures/phone.hpp"
#include "fixtures/tenants.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

using server::storage::Dialect;

constexpr std::size_t kVisits = 2'048;
constexpr std::size_t kLeads = 100;
constexpr std::size_t kRecords = 10'000;
constexpr std::array<std::size_t, 3> kWriters{1, 8, Tenants::kWriters};
constexpr std::array<std::size_t, 2> kBusinesses{1, Tenants::kBusinesses};
constexpr int kRepetitions = 3;

template <Dialect Kind>
struct Writing {
    Tenants tenants{Kind, {.leads = kLeads}};

    void measure(benchmark::State& state, std::size_t writers, std::size_t businesses) {
        const auto before = tenants.served().writes().counters();
        time_once(state, kVisits, [&] { tenants.write(writers, businesses, kVisits / writers); });
        const auto after = tenants.served().writes().counters();
        state.counters["per_flush"] =
            static_cast<double>(after.jobs - before.jobs) / static_cast<double>(after.groups - before.groups);
    }
};

template <Dialect Kind>
struct Pulling {
    Site site{{.clients = kRecords}, Kind};
    Phone phone{site, site.world.admin};
    Served served{site.world.dir.path(), site.world.place.uri()};

    void measure(benchmark::State& state) {
        Phone copy(phone);
        time_once(state, kRecords, [&] { copy.sync(served); });
        if (copy.count(schema::entity::client) < kRecords) throw std::runtime_error("clients are missing");
    }
};

std::string name_of(const std::string& kind, std::size_t writers, std::size_t businesses) {
    return kind + "_" + std::to_string(writers) + "_" + std::to_string(businesses);
}

template <Dialect Kind>
void add_measurements(Group& group, const std::string& kind) {
    const Shared<Writing<Kind>> writing;
    const Shared<Pulling<Kind>> pulling;
    for (const std::size_t writers : kWriters)
        for (const std::size_t businesses : kBusinesses)
            group.measurements.push_back(
                {name_of(kind, writers, businesses),
                 [=](benchmark::State& state) { writing().measure(state, writers, businesses); },
                 kRepetitions, true});
    group.measurements.push_back(
        {kind + "_pull", [=](benchmark::State& state) { pulling().measure(state); }, kRepetitions, true});
}

}  // namespace

Group storages() {
    Group group;
    add_measurements<Dialect::sqlite>(group, "sqlite");
    add_measurements<Dialect::postgresql>(group, "postgresql");
    const auto add = [&](const std::string& name, const std::string& measurement) {
        group.figures.push_back({"storage: PostgreSQL, " + name,
                                 Unit::per_second,
                                 {"postgresql" + measurement, kItems},
                                 Reading{"sqlite" + measurement, kItems},
                                 "SQLite, the same"});
    };
    for (const std::size_t businesses : kBusinesses)
        for (const std::size_t writers : kWriters)
            add(std::to_string(writers) + (writers == 1 ? " writer, " : " writers, ") +
                    std::to_string(businesses) + (businesses == 1 ? " business" : " businesses"),
                name_of({}, writers, businesses));
    add("pull of 10,000 records", "_pull");
    group.left_out = postgresql_missing();
    return group;
}

}  // namespace fieldsync::bench
