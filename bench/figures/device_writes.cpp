// Local writes, durable: what a field worker waits for when he taps "save".
#include <stdexcept>

#include "baselines/lmdb.hpp"
#include "figures/figures.hpp"
#include "fixtures/device_store.hpp"
#include "fixtures/environment.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

constexpr std::size_t kStored = 10'000;  // clients in the store before
constexpr std::size_t kSingles = 100;    // a repetition
constexpr std::size_t kBatch = 500, kBatches = 4;
constexpr int kRepetitions = 7;

using Input = std::vector<std::vector<schema::Change>>;

// What is to be written, a transaction each: made before the clock runs, as the baseline's puts are.
Input inputs(DeviceStore& store, std::size_t transactions, std::size_t records) {
    Input all(transactions);
    for (std::vector<schema::Change>& changes : all)
        for (std::size_t i = 0; i < records; ++i) changes.push_back(store.new_client());
    return all;
}

void write(DeviceStore& store, const Input& input) {
    for (const std::vector<schema::Change>& changes : input)
        if (const auto written = store.engine().write(changes); !written)
            throw std::runtime_error("refused: " + written.error().message);
}

// Of transactions recorded beforehand, those of one repetition after another.
class Replay {
  public:
    Replay(const DeviceStore& store, std::vector<LmdbTransaction> transactions)
        : raw_(store.path()), transactions_(std::move(transactions)) {}

    void run(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) raw_.run(transactions_.at(next_++));
    }

  private:
    RawLmdb raw_;
    std::vector<LmdbTransaction> transactions_;
    std::size_t next_ = 0;
};

class Writes {
  public:
    Writes() : raw_singles_(store_, recorded(kSingles, 1)), raw_batches_(store_, recorded(kBatches, kBatch)) {
        const LmdbTransaction one{
            {handle_of(device::store::Table::records), true, std::string(18, '\0'), std::string(150, 'x')}};
        raw_puts_ = std::make_unique<Replay>(store_, numbered(one));
    }

    DeviceStore& store() { return store_; }
    Replay& raw_singles() { return raw_singles_; }
    Replay& raw_batches() { return raw_batches_; }
    Replay& raw_puts() { return *raw_puts_; }

  private:
    // A store of its own: what is measured must not find these records there.
    static std::vector<LmdbTransaction> recorded(std::size_t transactions, std::size_t records) {
        DeviceStore scratch(kStored, memory_directory());
        const Input input = inputs(scratch, transactions * kRepetitions, records);
        return record_lmdb([&] { write(scratch, input); });
    }
    static std::vector<LmdbTransaction> numbered(const LmdbTransaction& one) {
        std::vector<LmdbTransaction> all(kSingles * kRepetitions, one);
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t byte = 0; byte < 8; ++byte)
                all[i][0].key[17 - byte] = static_cast<char>(i >> (8 * byte));
        return all;
    }

    DeviceStore store_{kStored};
    Replay raw_singles_, raw_batches_;
    std::unique_ptr<Replay> raw_puts_;
};

}  // namespace

Group device_writes() {
    const Shared<Writes> writes;
    Group group;
    const auto add = [&](const char* name, std::size_t items, auto prepare) {
        group.measurements.push_back({name,
                                      [=](benchmark::State& state) {
                                          const auto work = prepare(writes());
                                          time_once(state, items, work);
                                      },
                                      kRepetitions, true});
    };
    const auto add_writes = [&](const char* name, std::size_t transactions, std::size_t records) {
        add(name, transactions * records, [=](Writes& all) {
            return [&store = all.store(), input = inputs(all.store(), transactions, records)] {
                write(store, input);
            };
        });
    };
    const auto add_raw = [&](const char* name, std::size_t transactions, std::size_t records,
                             Replay& (Writes::*replay)()) {
        add(name, transactions * records,
            [=](Writes& all) { return [&raw = (all.*replay)(), transactions] { raw.run(transactions); }; });
    };
    add_writes("write", kSingles, 1);
    add_raw("write_raw", kSingles, 1, &Writes::raw_singles);
    add_raw("write_put", kSingles, 1, &Writes::raw_puts);
    add_writes("write_500", kBatches, kBatch);
    add_raw("write_500_raw", kBatches, kBatch, &Writes::raw_batches);

    const Reading ours{"write", kItems}, ours_500{"write_500", kItems};
    group.figures = {
        {"device: write of one record",
         Unit::per_second,
         ours,
         Reading{"write_raw", kItems},
         "LMDB, the same puts",
         {.ratio = 0.8},
         8'000},
        {"device: write of one record, beside one put", Unit::per_second, ours, Reading{"write_put", kItems},
         "LMDB, one put"},
        {"device: records written, 500 at once",
         Unit::per_second,
         ours_500,
         Reading{"write_500_raw", kItems},
         "LMDB, the same puts",
         {.ratio = 0.5},
         169'000},
    };
    return group;
}

}  // namespace fieldsync::bench
