// What the device's app reads, from a store of 100,000 records.
#include <array>
#include <stdexcept>

#include "baselines/lmdb.hpp"
#include "figures/figures.hpp"
#include "fixtures/device_store.hpp"
#include "records/index_key.hpp"
#include "store/keys.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

namespace entity = schema::entity;

constexpr std::size_t kStored = 100'000;
constexpr std::size_t kPage = 20;

constexpr auto kFirstName = schema::number_of<schema::client_fields>("first_name");
constexpr auto kLastName = schema::number_of<schema::client_fields>("last_name");
constexpr auto kMobile = schema::number_of<schema::client_fields>("mobile");
constexpr auto kEmail = schema::number_of<schema::client_fields>("email");

class Reads {
  public:
    Reads() { std::filesystem::copy_file(store_.path() / "data.mdb", unopened_.path() / "data.mdb"); }

    DeviceStore& store() { return store_; }
    RawLmdb& raw() { return raw_; }
    // A copy that nobody has open: LMDB takes a directory once a process.
    [[nodiscard]] const std::filesystem::path& unopened() const { return unopened_.path(); }

    // Another one each time, spread over the store.
    [[nodiscard]] schema::RecordKey any_client() {
        next_ = (next_ + 7'919) % kStored;
        return {entity::client, store_.clients()[next_]};
    }

  private:
    DeviceStore store_{kStored};
    RawLmdb raw_{store_.path()};
    testing::TempDir unopened_;
    std::size_t next_ = 0;
};

std::size_t read_three_fields(Reads& reads) {
    constexpr auto kFields = std::to_array({kFirstName, kLastName, kMobile});
    const auto fields = reads.store().engine().get(reads.any_client(), kFields);
    return fields->text(kFirstName).size() + fields->text(kLastName).size() + fields->text(kMobile).size();
}

std::size_t read_whole(Reads& reads) {
    return reads.store().engine().get(reads.any_client())->fields.items().size();
}

std::size_t first_page(Reads& reads) {
    device::Query query{.entity = entity::client};
    query.order_by(kMobile).page(0, kPage);
    const auto found = reads.store().engine().query(query);
    if (found->records.size() != kPage || found->plan.index != "mobile")
        throw std::runtime_error("the page does not come from the index");
    return found->records.size();
}

std::size_t containing(Reads& reads) {
    device::Query query{.entity = entity::client};
    query.where(kEmail, device::Match::contains, std::string("client9999")).page(0, kPage);
    const auto found = reads.store().engine().query(query);
    if (found->records.empty() || !found->plan.index.empty()) throw std::runtime_error("not a scan");
    return found->records.size();
}

std::size_t containing_all(Reads& reads) {
    device::Query query{.entity = entity::client};
    query.where(kEmail, device::Match::contains, std::string("nobody@"));
    return *reads.store().engine().count(query);
}

}  // namespace

Group device_reads() {
    const Shared<Reads> reads;
    Group group;
    const auto add = [&](const char* name, auto work) {
        group.measurements.push_back({name, [=](benchmark::State& state) {
                                          Reads& all = reads();
                                          time_each(state, [&] { return work(all); });
                                      }});
    };
    add("get", read_three_fields);
    add("get_whole", read_whole);
    add("get_raw", [](Reads& all) {
        return all.raw().get(device::store::Table::records, device::store::record_key(all.any_client()));
    });
    add("page", first_page);
    add("page_raw", [](Reads& all) {
        return all.raw().first_records(device::index_prefix(entity::client, kMobile),
                                       device::store::entity_prefix(entity::client), kPage);
    });
    add("contains", containing_all);
    add("contains_page", containing);
    add("contains_raw", [](Reads& all) {
        return all.raw().count_containing(device::store::Table::records,
                                          device::store::entity_prefix(entity::client), "nobody@");
    });
    add("open", [](Reads& all) {
        all.store().close();
        all.store().open();
        return 0;
    });
    add("open_raw", [](Reads& all) {
        RawLmdb::open_and_close(all.unopened());
        return 0;
    });
    group.figures = {
        {"device: get, three fields",
         Unit::microseconds,
         {"get"},
         Reading{"get_raw"},
         "LMDB get",
         {.ratio = 1.5},
         0.87},
        {"device: get, the whole record", Unit::microseconds, {"get_whole"}, Reading{"get_raw"}, "LMDB get"},
        {"device: first 20 of 100,000 by index",
         Unit::microseconds,
         {"page"},
         Reading{"page_raw"},
         "LMDB cursor and gets",
         {.value = 40},
         38},
        {"device: contains in 100,000, no index",
         Unit::milliseconds,
         {"contains"},
         Reading{"contains_raw"},
         "LMDB scan, memmem",
         {.value = 20},
         1.2},
        {"device: contains, first page of 20", Unit::milliseconds, {"contains_page"}, {}, ""},
        {"device: open a store of 100,000",
         Unit::milliseconds,
         {"open"},
         Reading{"open_raw"},
         "LMDB open, its tables"},
    };
    return group;
}

}  // namespace fieldsync::bench
