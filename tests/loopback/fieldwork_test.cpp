// What happens to people's work between a device and the server, over both transports.
#include <gtest/gtest.h>

#include "loopback/fleet.hpp"

namespace fieldsync::testing {
namespace {

class Fieldwork : public ::testing::TestWithParam<Carried> {
  protected:
    Fleet fleet{GetParam()};
    World& world = fleet.world;

    [[nodiscard]] Change visit(const Uid& lead, std::string date = "2026-01-15") {
        return world.insert(entity::site_visit, world.new_uid(),
                            {{"lead", lead},
                             {"property", world.property},
                             {"visit_date", std::move(date)},
                             {"visit_time", std::string("10:00")},
                             {"accompanying_staff", std::string("Anna")}});
    }
    [[nodiscard]] Change note(const std::string& text) {
        return world.insert(entity::note, world.new_uid(), {{"lead", world.lead}, {"note", text}});
    }
    void give_lead_to(const Uid& user) {
        EXPECT_EQ(fleet.rest(world.admin, {world.update(entity::lead, world.lead, {{"assigned_to", user}})})
                      .receipt.status,
                  sync::ReceiptStatus::applied);
    }
};

TEST_P(Fieldwork, BootstrapsToWhatTheUserMaySee) {
    auto anna = fleet.device(world.anna);
    auto admin = fleet.device(world.admin);
    anna->sync_well();
    admin->sync_well();
    EXPECT_TRUE(anna->has(entity::lead, world.lead));
    EXPECT_TRUE(anna->has(entity::property, world.property));
    EXPECT_FALSE(anna->has(entity::property, world.draft));
    EXPECT_TRUE(admin->has(entity::property, world.draft));
    auto bert = fleet.device(world.bert);
    bert->sync_well();
    EXPECT_FALSE(bert->has(entity::lead, world.lead));
    EXPECT_FALSE(bert->has(entity::client, world.client));
    fleet.expect_agreement({anna.get(), admin.get(), bert.get()});
}

TEST_P(Fieldwork, AVisitLoggedOfflineArrivesWithItsEffects) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    const auto written = anna->write({visit(world.lead)});
    EXPECT_EQ(anna->count(entity::activity), 1U);  // provisional, at once
    anna->sync_well();
    fleet.expect_agreement({anna.get()});
    EXPECT_EQ(world.all(entity::site_visit).at(0).uid, written.changes.at(0).uid);
    EXPECT_EQ(world.all(entity::activity).size(), 1U);
    EXPECT_EQ(anna->count(entity::activity), 1U);
    EXPECT_GT(anna->engine->get({entity::site_visit, written.changes.at(0).uid})->id, 0);
}

TEST_P(Fieldwork, ClientRequirementAndVisitOnItsLeadMadeOfflineKeepTheirUids) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    const Uid client = anna->engine->new_uid(), requirement = anna->engine->new_uid();
    anna->write({world.insert(entity::client, client,
                              {{"first_name", std::string("Ravi")},
                               {"last_name", std::string("Mehta")},
                               {"mobile", std::string("9876543210")},
                               {"sourcing_channel", world.channel},
                               {"interest_type", std::string("buy")}})});
    anna->write({world.insert(entity::requirement, requirement,
                              {{"client", client}, {"interest_type", std::string("buy")}})});
    const Uid lead = schema::effect_uid(requirement, {}, "lead");
    ASSERT_TRUE(anna->has(entity::lead, lead));
    const auto visited = anna->write({visit(lead)});
    anna->sync_well();
    fleet.expect_agreement({anna.get()});
    EXPECT_TRUE(world.find(entity::client, client));
    EXPECT_TRUE(world.find(entity::lead, lead));
    EXPECT_EQ(world.value(entity::site_visit, visited.changes.at(0).uid, "lead"), Value(lead));
    EXPECT_TRUE(anna->has(entity::lead, lead));
}

TEST_P(Fieldwork, AVisitOnALeadGivenAwayMeanwhileIsTaken) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({visit(world.lead)});
    give_lead_to(world.bert);
    anna->sync_well();
    EXPECT_EQ(world.all(entity::site_visit).size(), 1U);
    EXPECT_EQ(anna->engine->status().rejected, 0U);
    EXPECT_FALSE(anna->has(entity::lead, world.lead));
    EXPECT_EQ(anna->count(entity::site_visit), 0U);
    auto bert = fleet.device(world.bert);
    bert->sync_well();
    EXPECT_EQ(bert->count(entity::site_visit), 1U);
    fleet.expect_agreement({anna.get(), bert.get()});
}

TEST_P(Fieldwork, ALeadGivenAwayLeavesWholeAndArrivesWhole) {
    auto anna = fleet.device(world.anna);
    auto bert = fleet.device(world.bert);
    anna->sync_well();
    bert->sync_well();
    anna->write({visit(world.lead)});
    anna->write({note("before")});
    anna->sync_well();
    // Pending when the lead goes: a note (history right), and a move that comes too late.
    anna->write({note("offline")});
    anna->write({world.update(entity::lead, world.lead, {{"stage", world.stage_visit}})});
    give_lead_to(world.bert);
    bert->sync_well();
    EXPECT_TRUE(bert->has(entity::lead, world.lead));
    EXPECT_EQ(bert->count(entity::note), 1U);
    EXPECT_EQ(bert->count(entity::site_visit), 1U);
    EXPECT_EQ(bert->count(entity::activity), 2U);

    anna->sync_well();
    for (const auto entity :
         {entity::lead, entity::note, entity::site_visit, entity::activity, entity::stage_history})
        EXPECT_EQ(anna->count(entity), 0U);
    ASSERT_EQ(anna->engine->rejected().size(), 1U);
    EXPECT_EQ(anna->engine->rejected()[0].receipt.code, "forbidden");
    EXPECT_EQ(anna->engine->rejected()[0].set.changes.at(0).uid, world.lead);  // kept whole
    bert->sync_well();
    EXPECT_EQ(bert->count(entity::note), 2U);
    fleet.expect_agreement({anna.get(), bert.get()});
}

TEST_P(Fieldwork, ALeadGivenAwayAndBackIsWholeAgain) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    give_lead_to(world.bert);
    fleet.rest(world.bert, {note("Bert was here")});
    give_lead_to(world.anna);
    anna->sync_well();
    EXPECT_EQ(anna->count(entity::note), 1U);
    fleet.expect_agreement({anna.get()});
}

// A store that loses what it hears of receipts, as a device that dies right then.
class Forgetful final : public sync::SessionStore {
  public:
    explicit Forgetful(sync::SessionStore& store) : store_(store) {}
    sync::Hello hello() override { return store_.hello(); }
    void welcomed(const sync::Welcome& welcome) override { store_.welcomed(welcome); }
    std::vector<sync::ChangeSet> outbox(std::uint64_t after, std::size_t bytes, std::size_t sets) override {
        return store_.outbox(after, bytes, sets);
    }
    void store_receipts(const std::vector<sync::Receipt>&) override {
        throw std::runtime_error("the lights went out");
    }
    void renumber() override { store_.renumber(); }
    void apply(const sync::Chunk& chunk) override { store_.apply(chunk); }
    std::vector<sync::ScopeChecksum> checksums() override { return store_.checksums(); }
    sync::Cursor cursor() override { return store_.cursor(); }
    void resend_scopes(const std::vector<Uid>& diverged) override { store_.resend_scopes(diverged); }

  private:
    sync::SessionStore& store_;
};

TEST_P(Fieldwork, APushRepeatedAfterALostAcknowledgementHasNoSecondEffect) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({note("once")});
    Forgetful forgetful(anna->engine->session_store());
    device::SyncCall call;
    call.server_url = fleet.url();
    EXPECT_THROW(fleet.carried == Carried::http ? device::sync_over_http(forgetful, call)
                                                : device::sync_over_websocket(forgetful, call),
                 std::runtime_error);
    EXPECT_EQ(world.all(entity::note).size(), 1U);
    EXPECT_EQ(anna->engine->status().pending, 1U);
    fleet.expect_agreement({anna.get()});
    EXPECT_EQ(world.all(entity::note).size(), 1U);
    EXPECT_EQ(world.all(entity::activity).size(), 1U);
}

TEST_P(Fieldwork, ACopiedStoreIsToldToRenumberAndLosesNothing) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({note("before the copy")});
    anna->close();
    const auto copy_path = world.dir.path() / "copy";
    std::filesystem::copy(anna->path, copy_path, std::filesystem::copy_options::recursive);
    anna->open();
    anna->sync_well();
    anna->write({note("on the first")});
    anna->sync_well();

    device::EngineOptions options;
    FakeClock clock(Fleet::real_now_us());
    SeededRandom random(99);
    options.path = copy_path;
    options.clock = &clock;
    options.random = &random;
    auto copy = std::move(*device::Engine::open(options));
    // Several, the later ones standing on the first: none may get in before it.
    const Uid client = world.new_uid();
    ASSERT_TRUE(copy->write({note("on the copy")}));
    ASSERT_TRUE(copy->write({world.insert(entity::client, client,
                                          {{"first_name", std::string("Ravi")},
                                           {"last_name", std::string("Mehta")},
                                           {"mobile", std::string("9876543210")},
                                           {"sourcing_channel", world.channel},
                                           {"interest_type", std::string("buy")}})}));
    ASSERT_TRUE(copy->write({world.insert(entity::requirement, world.new_uid(),
                                          {{"client", client}, {"interest_type", std::string("buy")}})}));
    device::SyncCall call;
    call.server_url = fleet.url();
    const auto result = fleet.carried == Carried::http
                            ? device::sync_over_http(copy->session_store(), call)
                            : device::sync_over_websocket(copy->session_store(), call);
    EXPECT_EQ(result.end, device::SyncEnd::done) << result.message;
    EXPECT_EQ(world.all(entity::note).size(), 3U);
    EXPECT_EQ(copy->status().pending, 0U);
    EXPECT_EQ(copy->status().rejected, 0U);
    EXPECT_TRUE(world.find(entity::client, client));
    EXPECT_NE(copy->store(), anna->engine->store());
    fleet.expect_agreement({anna.get()});
}

TEST_P(Fieldwork, AClockTwoDaysWrongEitherWayDoesNotDecide) {
    constexpr std::int64_t kTwoDaysMs = 2 * 86'400'000;
    auto ahead = fleet.device(world.admin, kTwoDaysMs);
    auto behind = fleet.device(world.admin, -kTwoDaysMs);
    ahead->sync_well();
    behind->sync_well();
    const auto city = [&](const std::string& name) {
        return world.update(entity::client, world.client, {{"city", name}});
    };
    ahead->write({city("earlier")});
    behind->clock.advance_ms(2'000);
    behind->write({city("later")});
    behind->sync_well();
    ahead->sync_well();
    EXPECT_EQ(world.text(entity::client, world.client, "city"), "later");
    // A visit of today is today's on both.
    fleet.expect_agreement({ahead.get(), behind.get()});
}

TEST_P(Fieldwork, WhatIsRefusedIsUndoneAndKept) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({visit(world.lead)});
    // The property is withdrawn meanwhile: a relation to what nobody of the staff sees now, but she saw it
    // then.
    fleet.rest(world.admin, {world.update(entity::client, world.client, {{"assigned_to", world.bert}})});
    anna->write({world.update(entity::client, world.client, {{"city", std::string("Goa")}})});
    anna->sync_well();
    EXPECT_EQ(anna->engine->status().rejected, 1U);
    EXPECT_EQ(world.all(entity::site_visit).size(), 1U);  // the refused one blocked nothing
    EXPECT_EQ(anna->text(entity::client, world.client, "city"), "");
    fleet.expect_agreement({anna.get()});
}

TEST_P(Fieldwork, APlanWithoutOfflineSyncRefusesAndKeepsTheWork) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({note("kept")});
    fleet.set_plan("starter-tier");
    const auto refused = anna->sync();
    EXPECT_EQ(refused.end, device::SyncEnd::goodbye);
    EXPECT_EQ(refused.goodbye->code, "offline_sync_not_in_plan");
    EXPECT_EQ(refused.goodbye->action, sync::GoodbyeAction::stay_offline);
    EXPECT_EQ(anna->engine->status().pending, 1U);
    EXPECT_TRUE(world.all(entity::note).empty());
    fleet.set_plan("pro");
    fleet.expect_agreement({anna.get()});
    EXPECT_EQ(world.all(entity::note).size(), 1U);
}

TEST_P(Fieldwork, ATokenThatIsGoneAsksToSignInAndKeepsTheWork) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({note("kept")});
    world.database->write([](storage::Connection& connection) { connection.execute("DELETE FROM token"); });
    const auto refused = anna->sync();
    ASSERT_EQ(refused.end, device::SyncEnd::goodbye);
    EXPECT_EQ(refused.goodbye->action, sync::GoodbyeAction::sign_in);
    anna->sign_in(world.anna);
    fleet.expect_agreement({anna.get()});
    EXPECT_EQ(world.all(entity::note).size(), 1U);
}

TEST_P(Fieldwork, AServerThatWasRestartedGoesOn) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    anna->write({note("meanwhile")});
    fleet.restart();
    fleet.expect_agreement({anna.get()});
    EXPECT_EQ(world.all(entity::note).size(), 1U);
}

TEST_P(Fieldwork, ManyRecordsComeInManyChunks) {
    for (int set = 0; set < 6; ++set) {
        std::vector<Change> changes;
        for (int i = 0; i < 500; ++i)
            changes.push_back(
                world.insert(entity::owner, world.new_uid(),
                             {{"name", "Owner " + std::to_string(set * 500 + i) + std::string(100, '.')}}));
        world.system(std::move(changes));
    }
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    EXPECT_EQ(anna->count(entity::owner), 3'000U);
    for (int i = 0; i < 300; ++i) anna->write({note("note " + std::to_string(i))});
    fleet.expect_agreement({anna.get()});
    EXPECT_EQ(world.all(entity::note).size(), 300U);
}

TEST_P(Fieldwork, AServerRestoredFromABackupIsOfferedWhatItLost) {
    auto anna = fleet.device(world.anna);
    auto admin = fleet.device(world.admin);
    anna->sync_well();
    anna->write({note("in the backup")});
    anna->sync_well();
    fleet.back_up();
    anna->write({note("confirmed and lost")});
    anna->write({visit(world.lead)});
    anna->sync_well();
    EXPECT_EQ(anna->engine->status().pending, 0U);
    anna->write({note("not sent yet")});
    fleet.restore();
    fleet.rest(world.admin, {world.update(entity::client, world.client, {{"city", std::string("Indore")}})});

    const device::SyncResult result = anna->sync();
    EXPECT_EQ(result.end, device::SyncEnd::done) << result.message;
    EXPECT_TRUE(result.server_was_restored);
    EXPECT_EQ(anna->engine->status().pending, 0U);
    EXPECT_EQ(anna->engine->status().rejected, 0U);
    EXPECT_EQ(world.all(entity::note).size(), 3U);
    EXPECT_EQ(world.all(entity::site_visit).size(), 1U);
    EXPECT_EQ(anna->count(entity::note), 3U);
    admin->sync_well();
    EXPECT_EQ(admin->count(entity::activity), 4U);
    fleet.expect_agreement({anna.get(), admin.get()});
    EXPECT_FALSE(anna->sync().server_was_restored);
}

TEST_P(Fieldwork, AReceiptIsEnoughToNoticeThatTheServerWasRestored) {
    auto anna = fleet.device(world.anna);
    anna->sync_well();
    fleet.back_up();
    anna->write({note("the only copy")});
    anna->push_only();
    EXPECT_EQ(anna->engine->status().unsent, 0U);
    fleet.restore();
    for (const char* city : {"Indore", "Goa", "Pune"})  // the head is where the receipt was, and further
        fleet.rest(world.admin, {world.update(entity::client, world.client, {{"city", std::string(city)}})});
    const device::SyncResult result = anna->sync();
    EXPECT_EQ(result.end, device::SyncEnd::done) << result.message;
    EXPECT_TRUE(result.server_was_restored);
    EXPECT_EQ(world.all(entity::note).size(), 1U);
    EXPECT_EQ(anna->engine->status().pending, 0U);
    fleet.expect_agreement({anna.get()});
}

INSTANTIATE_TEST_SUITE_P(Over, Fieldwork, ::testing::Values(Carried::websocket, Carried::http),
                         [](const auto& test) { return test.param == Carried::http ? "http" : "websocket"; });

}  // namespace
}  // namespace fieldsync::testing
