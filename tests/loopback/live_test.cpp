// Devices that stay connected.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "loopback/fleet.hpp"
#include "loopback/live_device.hpp"

namespace fieldsync::testing {
namespace {

class Live : public ::testing::Test {
  protected:
    Fleet fleet{Carried::websocket};
    World& world = fleet.world;

    [[nodiscard]] Change note(const std::string& text) {
        return world.insert(entity::note, world.new_uid(), {{"lead", world.lead}, {"note", text}});
    }
};

TEST_F(Live, AChangeTravelsFromOneDeviceToAnother) {
    auto anna = fleet.device(world.anna);
    auto admin = fleet.device(world.admin);
    LiveDevice writer(*anna), reader(*admin);
    ASSERT_TRUE(writer.wait_until_live());
    ASSERT_TRUE(reader.wait_until_live());
    anna->write({note("hello")});
    writer.local_write();
    EXPECT_TRUE(reader.wait([&] { return admin->count(entity::note) == 1; }));
    EXPECT_TRUE(writer.wait([&] { return anna->engine->status().pending == 0; }));
}

TEST_F(Live, ALocalWriteWakesTheConnection) {
    auto anna = fleet.device(world.anna);
    LiveDevice live(*anna);
    ASSERT_TRUE(live.wait_until_live());
    for (int i = 0; i < 20; ++i) {  // nobody says local_write()
        anna->write({note("hello")});
        ASSERT_TRUE(live.wait([&] { return anna->engine->status().pending == 0; }));
    }
}

TEST_F(Live, ARestWriteArrives) {
    auto anna = fleet.device(world.anna);
    LiveDevice live(*anna);
    ASSERT_TRUE(live.wait_until_live());
    fleet.rest(world.admin, {world.update(entity::client, world.client, {{"city", std::string("Indore")}})});
    EXPECT_TRUE(live.wait([&] { return anna->text(entity::client, world.client, "city") == "Indore"; }));
}

TEST_F(Live, ALeadGivenAwayLeavesAndOneGivenArrives) {
    auto anna = fleet.device(world.anna);
    auto bert = fleet.device(world.bert);
    fleet.rest(world.anna, {note("history")});
    LiveDevice from(*anna), to(*bert);
    ASSERT_TRUE(from.wait_until_live());
    ASSERT_TRUE(to.wait_until_live());
    EXPECT_TRUE(anna->has(entity::lead, world.lead));
    fleet.rest(world.admin, {world.update(entity::lead, world.lead, {{"assigned_to", world.bert}})});
    EXPECT_TRUE(from.wait([&] { return !anna->has(entity::lead, world.lead); }));
    EXPECT_EQ(anna->count(entity::note), 0U);
    EXPECT_TRUE(
        to.wait([&] { return bert->has(entity::lead, world.lead) && bert->count(entity::note) == 1; }));
}

TEST_F(Live, WhoseRightEndedPushesNothingMore) {
    auto anna = fleet.device(world.anna);
    LiveDevice live(*anna);
    ASSERT_TRUE(live.wait_until_live());
    fleet.rest(world.admin, {world.update(entity::user, world.anna, {{"is_active", false}})});
    anna->write({note("too late")});
    live.local_write();
    ASSERT_TRUE(live.wait_until_ended());
    const auto result = live.stop();
    ASSERT_EQ(result.end, device::SyncEnd::goodbye) << result.message;
    EXPECT_EQ(result.goodbye->code, "unauthenticated");
    EXPECT_EQ(anna->engine->status().unsent, 1U) << "kept, not rejected";
}

TEST_F(Live, AServerThatStopsSaysComeBackLater) {
    auto anna = fleet.device(world.anna);
    LiveDevice live(*anna);
    ASSERT_TRUE(live.wait_until_live());
    fleet.server->stop();
    ASSERT_TRUE(live.wait_until_ended());
    const auto result = live.stop();
    ASSERT_EQ(result.end, device::SyncEnd::goodbye) << result.message;
    EXPECT_EQ(result.goodbye->code, "shutting_down");
    EXPECT_EQ(result.goodbye->action, sync::GoodbyeAction::retry_later);
}

TEST_F(Live, TwentyDevicesConverge) {
    constexpr int kDevices = 20, kNotes = 10;
    std::vector<std::unique_ptr<TestDevice>> devices;
    std::vector<std::unique_ptr<LiveDevice>> live;
    for (int i = 0; i < kDevices; ++i) devices.push_back(fleet.device(i % 2 == 0 ? world.admin : world.anna));
    for (auto& device : devices) live.push_back(std::make_unique<LiveDevice>(*device));
    for (auto& device : live) ASSERT_TRUE(device->wait_until_live());
    for (int round = 0; round < kNotes; ++round)
        for (std::size_t i = 0; i < devices.size(); ++i) {
            devices[i]->write({note("note " + std::to_string(round))});
            live[i]->local_write();
        }
    for (std::size_t i = 0; i < devices.size(); ++i)
        EXPECT_TRUE(live[i]->wait([&] {
            return devices[i]->count(entity::note) == kDevices * kNotes &&
                   devices[i]->engine->status().pending == 0;
        })) << i
            << " has " << devices[i]->count(entity::note);
    for (auto& device : live) device->stop();
    std::vector<TestDevice*> all;
    for (auto& device : devices) all.push_back(device.get());
    fleet.expect_agreement(all);
}

}  // namespace
}  // namespace fieldsync::testing
