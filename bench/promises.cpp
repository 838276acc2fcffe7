#include "promises.hpp"

#include "fieldsync/sync/limits.hpp"
#include "fixtures/device_store.hpp"
#include "fixtures/site.hpp"
#include "flushes.hpp"

namespace fieldsync::bench {
namespace {

namespace entity = schema::entity;
using schema::number_of;

constexpr auto kMobile = number_of<schema::client_fields>("mobile");

std::uint64_t flushes_of(const auto& work) {
    const std::uint64_t before = flushes();
    work();
    return flushes() - before;
}

void of_the_device(std::vector<Promise>& all) {
    DeviceStore store(10);
    const auto refused_as = [&](const std::vector<schema::Change>& changes, std::string_view word) {
        const auto written = store.engine().write(changes);
        return written.has_error() && written.error().word == word;
    };
    // The pages, and then the meta page that makes them count.
    bool is_written = false;
    const auto flushed =
        flushes_of([&] { is_written = store.engine().write({store.new_client()}).has_value(); });
    all.push_back({"a device's write is flushed, its pages and its meta page", is_written && flushed >= 2});

    schema::Change bad = store.new_client();
    bad.set(kMobile, std::string("12345"));
    all.push_back(
        {"a device's write is refused when a value is bad", refused_as({bad}, "validation_failed")});

    std::vector<schema::Change> many;
    for (std::size_t i = 0; i <= sync::limits::changes_per_set_max; ++i) many.push_back(store.new_client());
    all.push_back({"a device's write is refused when it is too large", refused_as(many, "too_large")});
}

void of_the_server(std::vector<Promise>& all) {
    Site site;
    Pusher pusher(site, site.world.anna);
    ServedCopy served(site);
    std::string journal_mode, synchronous, foreign_keys;
    served->with_writer([&](server::storage::Connection& connection) {
        connection.query("PRAGMA journal_mode", {}, [&](auto& row) { journal_mode = row.text(0); });
        connection.query("PRAGMA synchronous", {},
                         [&](auto& row) { synchronous = std::to_string(row.integer(0)); });
        connection.query("PRAGMA foreign_keys", {},
                         [&](auto& row) { foreign_keys = std::to_string(row.integer(0)); });
    });
    all.push_back({"the server's SQLite writes a WAL", journal_mode == "wal"});
    all.push_back({"the server's SQLite is synchronous=FULL", synchronous == "2"});
    all.push_back({"the server's SQLite checks foreign keys", foreign_keys == "1"});

    const auto status_and_code = [&](std::vector<schema::Change> changes) {
        const server::WriteOutcome outcome = served->write(pusher.request(std::move(changes)));
        return outcome.receipt.status == sync::ReceiptStatus::rejected ? outcome.receipt.code
                                                                       : std::string("taken");
    };
    status_and_code({site.new_client()});  // a new WAL is flushed in any case
    std::string code;
    const auto flushed = flushes_of([&] { code = status_and_code({site.new_client()}); });
    all.push_back({"a pushed change-set is flushed before its receipt", code == "taken" && flushed >= 1});

    schema::Change bad = site.new_client();
    bad.set(kMobile, std::string("12345"));
    all.push_back({"a pushed change-set is rejected when a value is bad",
                   status_and_code({bad}) == "validation_failed"});

    std::vector<schema::Change> many;
    for (std::size_t i = 0; i <= sync::limits::changes_per_set_max; ++i) many.push_back(site.new_client());
    all.push_back({"a pushed change-set is rejected when it is too large",
                   status_and_code(std::move(many)) == "too_large"});
}

}  // namespace

std::vector<Promise> promises() {
    std::vector<Promise> all;
    of_the_device(all);
    of_the_server(all);
    return all;
}

}  // namespace fieldsync::bench
