// A visit saved on one phone, until it is there on another: written, flushed, sent, written on the server,
// flushed, sent, written on the other, flushed.
#include <algorithm>
#include <chrono>
#include <semaphore>
#include <stdexcept>
#include <thread>

#include "baselines/lmdb.hpp"
#include "baselines/sqlite.hpp"
#include "figures/figures.hpp"
#include "fixtures/phone.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr std::size_t kChanges = 100;  // a repetition
constexpr int kRepetitions = 2;

// Between changes, and at every phase of whatever looks after local writes now and then: a change that
// follows at once goes out with the answer to the one before, and would be told as the faster for it.
constexpr std::chrono::milliseconds kQuiet{60};

double seconds_of(const auto& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void report(benchmark::State& state, const auto& one) {
    std::vector<double> seconds;
    time_once(state, kChanges, [&] {
        for (std::size_t i = 0; i < kChanges; ++i) {
            std::this_thread::sleep_for(kQuiet + std::chrono::milliseconds(i * 37 % 50));
            seconds.push_back(one(i));
        }
    });
    std::sort(seconds.begin(), seconds.end());
    state.counters["p50"] = seconds[seconds.size() / 2];
    state.counters["p99"] = seconds[seconds.size() * 99 / 100];
}

// Two of the business's phones, connected; made once.
class Pair {
  public:
    Pair() {
        arrivals_ =
            std::move(*reader_.engine().observe({.entity = schema::entity::site_visit},
                                                [this](const device::Difference&) { arrived_.release(); }));
        live_writer_.wait_until_live();
        live_reader_.wait_until_live();
    }

    // Seconds from the app's call to the other engine's durable commit.
    double travel(std::size_t n) {
        return seconds_of([&] {
            writer_.write({site_.visit(n)});
            live_writer_.written();
            if (!arrived_.try_acquire_for(std::chrono::seconds(10)))
                throw std::runtime_error("a change does not arrive");
        });
    }

  private:
    Site site_{{.leads = 50}};
    Phone writer_{site_, site_.world.anna}, reader_{site_, site_.world.admin};
    ServedCopy served_{site_};
    std::counting_semaphore<> arrived_{0};
    device::Subscription arrivals_;
    LivePhone live_writer_{writer_, *served_}, live_reader_{reader_, *served_};
};

// The three durable writes alone, one after the other.
class Flushes {
  public:
    Flushes() {
        ServedCopy served(site_);
        writer_.sync(*served);
        device_writes_ = record_lmdb([&] {
            for (std::size_t i = 0; i < kCount; ++i) writer_.write({site_.visit(i)});
        });
        // One change-set a transaction, as a live one is.
        server_writes_ = record_sqlite([&] {
            for (std::size_t i = 0; i < kCount; ++i) served->write(pusher_.request({site_.visit(i)}));
        });
        if (server_writes_.size() != kCount) throw std::runtime_error("a visit is not one transaction");
    }

    double once() {
        return seconds_of([&] {
            author_.run(device_writes_.at(next_ % device_writes_.size()));
            server_.run(server_writes_.at(next_ % server_writes_.size()));
            other_.run(device_writes_.at(next_ % device_writes_.size()));
            ++next_;
        });
    }

  private:
    static constexpr std::size_t kCount = kChanges * kRepetitions;

    Site site_{{.leads = 50}};
    Phone writer_{site_, site_.world.anna};
    Pusher pusher_{site_, site_.world.anna};
    RawLmdb author_{writer_.path()}, other_{writer_.path()};
    RawSqlite server_{site_.world.dir.path() / "fieldsync.db"};
    std::vector<LmdbTransaction> device_writes_;
    std::vector<SqliteGroup> server_writes_;
    std::size_t next_ = 0;
};

}  // namespace

Group live_changes() {
    const Shared<Pair> pair;
    const Shared<Flushes> flushes;
    Group group;
    group.measurements = {
        {"live",
         [=](benchmark::State& state) {
             Pair& phones = pair();
             report(state, [&](std::size_t n) { return phones.travel(n); });
         },
         kRepetitions, true},
        {"live_raw",
         [=](benchmark::State& state) {
             Flushes& alone = flushes();
             report(state, [&](std::size_t) { return alone.once(); });
         },
         kRepetitions, true},
    };
    const std::string is = "LMDB, SQLite, LMDB: the same writes";
    group.figures = {
        {"live: device to device, p50",
         Unit::milliseconds,
         {"live", "p50"},
         Reading{"live_raw", "p50"},
         is,
         {.value = 5},
         3.5},
        {"live: device to device, p99", Unit::milliseconds, {"live", "p99"}, Reading{"live_raw", "p99"}, is},
    };
    return group;
}

}  // namespace fieldsync::bench
