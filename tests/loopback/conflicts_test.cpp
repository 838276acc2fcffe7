// Two devices and REST edit the same record, in every policy and every order of arrival.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "loopback/fleet.hpp"

namespace fieldsync::testing {
namespace {

// Who arrives when: each of the three once.
const std::vector<std::array<int, 3>> kOrders{{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                              {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

class Conflicts : public ::testing::TestWithParam<std::tuple<Carried, std::size_t>> {
  protected:
    Conflicts() : fleet(std::get<0>(GetParam())), order(kOrders[std::get<1>(GetParam())]) {
        // Both devices see everything: two admins' devices, and an admin at a desk.
        first = fleet.device(fleet.world.admin);
        second = fleet.device(fleet.world.admin);
        first->sync_well();
        second->sync_well();
    }

    // Offline, the first edits, then the second; then they and REST arrive in this run's order.
    void meet(const Change& of_first, const Change& of_second, const Change& of_rest) {
        first->write({of_first});
        second->clock.advance_ms(1'000);
        second->write({of_second});
        for (const int who : order) {
            if (who == 0) first->sync_well();
            if (who == 1) second->sync_well();
            if (who == 2) {
                EXPECT_NE(fleet.rest(fleet.world.admin, {of_rest}).receipt.status,
                          sync::ReceiptStatus::rejected);
            }
        }
        fleet.expect_agreement({first.get(), second.get()});
    }
    [[nodiscard]] std::size_t conflicts() { return fleet.world.all(entity::conflict).size(); }
    [[nodiscard]] int place_of(int who) const {
        return static_cast<int>(std::find(order.begin(), order.end(), who) - order.begin());
    }

    Fleet fleet;
    const std::array<int, 3> order;
    std::unique_ptr<TestDevice> first, second;
    World& world = fleet.world;
};

TEST_P(Conflicts, LastWriter) {
    const auto city = [&](const std::string& name) {
        return world.update(entity::client, world.client, {{"city", name}});
    };
    meet(city("first"), city("second"), city("rest"));
    // REST writes now, a moment before the second's clock says it wrote: the second is later by HLC than all.
    const std::string winner = world.text(entity::client, world.client, "city");
    EXPECT_NE(winner, "first");
    if (place_of(2) == 0) {
        EXPECT_EQ(winner, "second");
    }
    EXPECT_EQ(first->text(entity::client, world.client, "city"), winner);
    EXPECT_EQ(second->text(entity::client, world.client, "city"), winner);
    EXPECT_GE(conflicts(), 1U);
}

TEST_P(Conflicts, DifferentFields) {
    meet(world.update(entity::client, world.client, {{"city", std::string("Indore")}}),
         world.update(entity::client, world.client, {{"mobile", std::string("9999999999")}}),
         world.update(entity::client, world.client, {{"email", std::string("ankit@example.com")}}));
    for (TestDevice* device : {first.get(), second.get()}) {
        EXPECT_EQ(device->text(entity::client, world.client, "city"), "Indore");
        EXPECT_EQ(device->text(entity::client, world.client, "mobile"), "9999999999");
        EXPECT_EQ(device->text(entity::client, world.client, "email"), "ankit@example.com");
    }
    EXPECT_EQ(conflicts(), 0U);
}

TEST_P(Conflicts, ClosedWins) {
    const auto move = [&](const Uid& stage) {
        return world.update(entity::lead, world.lead, {{"stage", stage}});
    };
    meet(move(world.stage_won), move(world.stage_visit),
         world.update(entity::lead, world.lead, {{"assigned_to", world.bert}}));
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_won));
    EXPECT_EQ(world.text(entity::requirement, world.requirement, "status"), "closed");
    EXPECT_EQ(conflicts(), 1U);
}

TEST_P(Conflicts, UnionOfSets) {
    const auto features = [&](schema::StringSet set) {
        return world.update(entity::property, world.property, {{"features", std::move(set)}});
    };
    Change of_rest = world.update(entity::property, world.property, {{"title", std::string("Renamed")}});
    meet(features({"garden", "lift", "parking"}), features({"lift", "pool"}), of_rest);
    EXPECT_EQ(world.value(entity::property, world.property, "features"),
              Value(schema::StringSet{"garden", "lift", "pool"}));
}

TEST_P(Conflicts, MergedText) {
    const auto described = [&](const std::string& text) {
        return world.update(entity::property, world.property, {{"description", text}});
    };
    meet(described("one, first\ntwo\nthree"), described("one\ntwo\nthree, second"),
         world.update(entity::property, world.property, {{"city", std::string("Indore")}}));
    EXPECT_EQ(world.text(entity::property, world.property, "description"), "one, first\ntwo\nthree, second");
    EXPECT_EQ(conflicts(), 0U);
}

TEST_P(Conflicts, LargestProgress) {
    const Uid project = world.new_uid(), phase = world.new_uid();
    world.system(
        {world.insert(entity::project, project, {{"name", std::string("Block A")}}),
         world.insert(
             entity::phase, phase,
             {{"project", project}, {"phase_key", std::string("s")}, {"name", std::string("Framing")}})});
    first->sync_well();
    second->sync_well();
    const auto progress = [&](std::int64_t percent) {
        return world.update(entity::phase, phase, {{"progress_percent", percent}});
    };
    meet(progress(70), progress(35),
         world.update(entity::phase, phase, {{"name", std::string("Structural Framing")}}));
    EXPECT_EQ(world.value(entity::phase, phase, "progress_percent"), Value(std::int64_t{70}));
    EXPECT_EQ(conflicts(), 1U);
}

TEST_P(Conflicts, OnceTrue) {
    const Uid notice = world.new_uid();
    world.system({world.insert(entity::notification, notice,
                               {{"user", world.admin}, {"title", std::string("Hello")}})});
    first->sync_well();
    second->sync_well();
    const Change read = world.update(entity::notification, notice, {{"is_read", true}});
    meet(read, read, read);
    EXPECT_EQ(world.value(entity::notification, notice, "is_read"), Value(true));
    EXPECT_EQ(conflicts(), 0U);
}

TEST_P(Conflicts, ADeleteWins) {
    const Uid note = world.new_uid();
    world.system(
        {world.insert(entity::note, note, {{"lead", world.lead}, {"note", std::string("one\ntwo")}})});
    first->sync_well();
    second->sync_well();
    meet(world.update(entity::note, note, {{"note", std::string("one\nTWO")}}),
         world.change(entity::note, note, Operation::remove, {}),
         world.update(entity::lead, world.lead, {{"assigned_to", world.bert}}));
    EXPECT_FALSE(world.find(entity::note, note));
    EXPECT_FALSE(first->has(entity::note, note));
    EXPECT_GE(conflicts(), 1U);
}

INSTANTIATE_TEST_SUITE_P(EveryOrder, Conflicts,
                         ::testing::Combine(::testing::Values(Carried::websocket, Carried::http),
                                            ::testing::Range(std::size_t{0}, kOrders.size())),
                         [](const auto& test) {
                             const auto& run = kOrders[std::get<1>(test.param)];
                             return std::string(std::get<0>(test.param) == Carried::http ? "http"
                                                                                         : "websocket") +
                                    "_" + std::to_string(run[0]) + std::to_string(run[1]) +
                                    std::to_string(run[2]);
                         });

}  // namespace
}  // namespace fieldsync::testing
