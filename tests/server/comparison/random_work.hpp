// What the people of the demo data do, drawn from a seed: devices push what they wrote at some cursor with clocks
// of their own, the office writes over REST. Much of it is allowed, some is not. Every entity and every field comes
// up, with what the database holds to choose from.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "server/surfaces/demo_server.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::server::testing {

// An HTTP request of the person with this address.
struct Call {
    http::Method method{};
    std::string target, email, body;
};

using Step = std::variant<WriteRequest, Call>;

class RandomWork {
  public:
    struct Device {
        BusinessId business{};
        schema::Uid user, store;
        bool is_admin = false;
        std::uint64_t number = 0;
        schema::Seq cursor{};
        std::int64_t clock_ahead_ms = 0;
    };

    // Looks at what this server has; both have the same.
    RandomWork(std::uint64_t seed, surfaces::testing::DemoServer& seen);

    // For each, both servers need to know its store.
    [[nodiscard]] const std::vector<Device>& devices() const { return devices_; }
    Step next();
    // The first server's answer to a push: how far the store's numbers are.
    void answered(const WriteRequest& request, const WriteOutcome& outcome);
    // How far the clock goes before the next step.
    std::int64_t pause_ms() { return static_cast<std::int64_t>(below(90'000)); }

  private:
    WriteRequest push();
    WriteRequest of_the_office();
    Call call();
    std::vector<schema::Change> changes(const Device& author, schema::Seq base);
    std::optional<schema::Change> change(const Device& author, schema::Seq base);
    // Whether he tries: mostly where he may.
    bool tries(const Device& author, schema::Writer who_may);
    schema::Value value(BusinessId business, const schema::Field& field);
    schema::FieldChange field_change(BusinessId business, const schema::Field& field,
                                     const schema::Record* current, schema::Seq base);
    std::optional<schema::Record> existing(BusinessId business, schema::EntityNumber entity);
    schema::Seq head(BusinessId business);

    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    bool in(std::uint64_t percent) { return below(100) < percent; }
    template <class List>
    const auto& one_of(const List& list) {
        return list[below(std::size(list))];
    }

    std::mt19937_64 engine_;
    fieldsync::testing::SeededRandom uids_;
    surfaces::testing::DemoServer& seen_;
    RecordTables tables_;
    std::vector<Device> devices_;
    std::vector<WriteRequest> pushed_;
};

}  // namespace fieldsync::server::testing
