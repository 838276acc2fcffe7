// What becomes of concurrent writes, policy by policy, in either order of arrival.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "server/write_path/world.hpp"

namespace fieldsync::testing {
namespace {

using sync::ReceiptStatus;

class Conflict : public ::testing::Test {
  protected:
    World world;

    Change city(const std::string& name) {
        return world.update(entity::client, world.client, {{"city", name}});
    }
    Change move_to(const Uid& stage) { return world.update(entity::lead, world.lead, {{"stage", stage}}); }
    // The moves of the lead that do not hold any more because of others.
    std::set<Uid> superseded() {
        std::set<Uid> to;
        for (const auto& history : world.all(entity::stage_history))
            if (history.fields.boolean(schema::number_of<schema::stage_history_fields>("is_superseded")))
                to.insert(history.fields.uid(schema::number_of<schema::stage_history_fields>("to_stage")));
        return to;
    }
    std::size_t histories() { return world.all(entity::stage_history).size(); }
    std::vector<schema::Record> conflicts() { return world.all(entity::conflict); }
    std::string loser() {
        return conflicts().empty() ? ""
                                   : conflicts().back().fields.text(
                                         schema::number_of<schema::conflict_fields>("loser_value"));
    }
};

TEST_F(Conflict, DifferentFieldsBothSurvive) {
    auto device = world.device_of(world.anna);
    world.rest(world.admin, {city("Indore")});
    const auto outcome = world.push(
        device, {world.update(entity::client, world.client, {{"mobile", std::string("9999999999")}})});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(world.text(entity::client, world.client, "city"), "Indore");
    EXPECT_EQ(world.text(entity::client, world.client, "mobile"), "9999999999");
    EXPECT_TRUE(conflicts().empty());
}

TEST_F(Conflict, TheLaterWriterWinsWhateverArrivesFirst) {
    // Bert's admin edit is made later than Anna's, and arrives before it.
    auto device = world.device_of(world.anna);
    auto early = city("Anna's");
    world.clock.advance_ms(60'000);
    world.rest(world.admin, {city("Admin's")});
    device.clock_ahead_ms = -60'000;
    const auto outcome = world.push(device, {early});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::merged);
    ASSERT_EQ(outcome.receipt.merges.size(), 1U);
    EXPECT_FALSE(outcome.receipt.merges[0].author_won);
    EXPECT_EQ(world.text(entity::client, world.client, "city"), "Admin's");
    EXPECT_EQ(loser(), "Anna's");
}

// Found by merge_laws_test.cpp: the second of three was taken for one on top of the first.
TEST_F(Conflict, ThreeOfTheSameMomentEndTheSameInAnyOrder) {
    std::vector<World::Device> devices;
    for (int i = 0; i < 3; ++i) devices.push_back(world.device_of(world.admin));
    std::sort(devices.begin(), devices.end(), [](const auto& a, const auto& b) { return a.store < b.store; });
    std::vector<std::size_t> order{0, 1, 2};
    do {
        const Uid client = world.new_uid();
        world.system({world.insert(entity::client, client,
                                   {{"first_name", std::string("Ravi")},
                                    {"last_name", std::string("Mehta")},
                                    {"mobile", std::string("9876543210")},
                                    {"sourcing_channel", world.channel},
                                    {"interest_type", std::string("buy")}})});
        for (World::Device& device : devices) device.cursor = world.head();
        for (const std::size_t i : order)
            world.push(devices[i],
                       {world.update(entity::client, client, {{"city", "city " + std::to_string(i)}})});
        EXPECT_EQ(world.text(entity::client, client, "city"), "city 2")
            << order[0] << ", " << order[1] << ", " << order[2];
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(Conflict, AnEditMadeLaterThanTheServersWinsAndKeepsTheOther) {
    auto device = world.device_of(world.anna);
    world.rest(world.admin, {city("Admin's")});
    world.clock.advance_ms(60'000);
    const auto outcome = world.push(device, {city("Anna's")});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::merged);
    EXPECT_TRUE(outcome.receipt.merges.at(0).author_won);
    EXPECT_EQ(world.text(entity::client, world.client, "city"), "Anna's");
    EXPECT_EQ(loser(), "Admin's");
    EXPECT_EQ(conflicts().at(0).scope, world.client);
}

TEST_F(Conflict, AnEditOnTopOfWhatWasSeenIsNone) {
    world.rest(world.admin, {city("Admin's")});
    auto device = world.device_of(world.anna);
    device.clock_ahead_ms = -86'400'000;  // whatever its clock says
    EXPECT_EQ(world.push(device, {city("Anna's")}).receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(world.text(entity::client, world.client, "city"), "Anna's");
}

TEST_F(Conflict, TheSameValueIsNoChange) {
    auto device = world.device_of(world.anna);
    world.rest(world.admin, {city("Indore")});
    const Seq before = world.head();
    const auto outcome = world.push(device, {city("Indore")});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(world.head(), before);
    EXPECT_EQ(outcome.receipt.seq, before);
}

TEST_F(Conflict, AClosedStageBeatsALaterOpenOne) {
    auto device = world.device_of(world.anna);
    world.rest(world.admin, {move_to(world.stage_won)});
    world.clock.advance_ms(3'600'000);
    const auto outcome = world.push(device, {move_to(world.stage_visit)});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_won));
    EXPECT_EQ(world.text(entity::requirement, world.requirement, "status"), "closed");
    EXPECT_EQ(loser(), world.stage_visit.to_string());
}

TEST_F(Conflict, AClosedStageBeatsAnOpenOneThatArrivedFirst) {
    auto anna = world.device_of(world.anna);
    auto admin = world.device_of(world.admin);
    auto closing = move_to(world.stage_won);
    world.push(anna, {move_to(world.stage_visit)});
    admin.clock_ahead_ms = -1'000;  // closed a second before
    EXPECT_EQ(world.push(admin, {closing}).receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_won));
    EXPECT_EQ(superseded(), std::set<Uid>{world.stage_visit});
}

TEST_F(Conflict, AReopeningGivesBackTheMoveThatTheClosingBeat) {
    auto early = world.device_of(world.admin), late = world.device_of(world.anna);
    auto reopener = world.device_of(world.admin);
    world.push(early, {move_to(world.stage_won)});
    reopener.cursor = world.head();  // saw the closing
    late.clock_ahead_ms = 20'000;
    world.push(late, {move_to(world.stage_visit)});
    EXPECT_EQ(superseded(), std::set<Uid>{world.stage_visit});
    auto reopening = move_to(world.stage_new);
    reopening.fields[0].reopens = true;
    reopener.clock_ahead_ms = 10'000;
    world.push(reopener, {reopening});
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_visit));
    EXPECT_EQ(superseded(), std::set<Uid>{world.stage_new});
}

TEST_F(Conflict, AClosingThatAgreesCountsWhenTheFirstIsReopened) {
    auto first = world.device_of(world.admin), second = world.device_of(world.anna);
    auto reopener = world.device_of(world.admin);
    world.push(first, {move_to(world.stage_won)});
    reopener.cursor = world.head();
    second.clock_ahead_ms = 20'000;
    EXPECT_EQ(world.push(second, {move_to(world.stage_won)}).receipt.status, ReceiptStatus::applied);
    auto reopening = move_to(world.stage_new);
    reopening.fields[0].reopens = true;
    reopener.clock_ahead_ms = 10'000;
    EXPECT_EQ(world.push(reopener, {reopening}).receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_won));
}

TEST_F(Conflict, AMoveThatAgreesStandsInNobodysWay) {
    auto first = world.device_of(world.admin), second = world.device_of(world.anna);
    world.push(first, {move_to(world.stage_visit)});
    second.clock_ahead_ms = -1'000;  // made before
    const std::size_t before = histories();
    EXPECT_EQ(world.push(second, {move_to(world.stage_visit)}).receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(histories(), before + 1) << "his doing as well";
    EXPECT_TRUE(superseded().empty()) << "the stage holds";
    second.cursor = world.head();
    EXPECT_EQ(world.push(second, {move_to(world.stage_new)}).receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(world.rest(world.admin, {move_to(world.stage_won)}).receipt.status, ReceiptStatus::applied);
    EXPECT_TRUE(conflicts().empty());
    EXPECT_TRUE(superseded().empty());
}

TEST_F(Conflict, WhoSawALosingMoveDoesNotContestIt) {
    auto loser = world.device_of(world.anna), reopener = world.device_of(world.admin);
    const Seq lead_at = world.find(entity::lead, world.lead)->seq;
    world.rest(world.admin, {move_to(world.stage_won)});
    const Seq closed_at = world.find(entity::lead, world.lead)->seq;
    EXPECT_NE(lead_at, closed_at);
    world.push(loser, {move_to(world.stage_visit)});
    EXPECT_EQ(conflicts().size(), 1U);
    reopener.cursor = world.head();
    auto reopening = move_to(world.stage_new);
    reopening.fields[0].base = world.find(entity::lead, world.lead)->seq;  // as devices say it
    reopening.fields[0].reopens = true;
    EXPECT_EQ(world.push(reopener, {reopening}).receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(conflicts().size(), 1U);
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_new));
}

TEST_F(Conflict, TextsThatWouldTakeTooLongToMergeFallToTheLastWriter) {
    constexpr int kTexts = 20;  // of which 16 may be merged
    auto device = world.device_of(world.admin);
    std::string base;
    for (int i = 0; i < 1'400; ++i) base += std::to_string(i) + "\n";
    base += "last";
    std::vector<Change> edits;
    for (int i = 0; i < kTexts; ++i) {
        const Uid project = world.new_uid();
        world.rest(world.admin,
                   {world.insert(entity::project, project,
                                 {{"name", std::string("Block")}, {"description", base + "\nend"}})});
        edits.push_back(world.update(entity::project, project, {{"description", "begin\n" + base}}));
        edits.back().fields[0].base_text = base;
    }
    const auto outcome = world.push(device, edits);
    ASSERT_EQ(outcome.receipt.status, ReceiptStatus::merged) << outcome.receipt.message;
    EXPECT_EQ(conflicts().size(), 4U) << "those that were not merged, each with its loser";
}

TEST_F(Conflict, ASetWithoutItsElementsIsRefused) {
    auto device = world.device_of(world.admin);
    const auto outcome = world.push(
        device, {world.update(entity::property, world.property, {{"features", schema::StringSet{"lift"}}})});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::rejected);
    EXPECT_EQ(outcome.receipt.errors.at(0).field, "features");
}

TEST_F(Conflict, TwoMovesInOneChangeSetHaveAHistoryEach) {
    auto device = world.device_of(world.anna);
    const std::size_t before = histories();
    world.push(device, {move_to(world.stage_visit), move_to(world.stage_won)});
    EXPECT_EQ(histories(), before + 2);
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_won));
    EXPECT_TRUE(superseded().empty());
}

TEST_F(Conflict, AReopeningByWhoSawItClosedHolds) {
    world.rest(world.admin, {move_to(world.stage_won)});
    auto device = world.device_of(world.anna);
    auto reopening = move_to(world.stage_visit);
    reopening.fields[0].reopens = true;
    EXPECT_EQ(world.push(device, {reopening}).receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_visit));
    EXPECT_EQ(world.text(entity::requirement, world.requirement, "status"), "active");
}

TEST_F(Conflict, TheLargerProgressWins) {
    const Uid project = world.new_uid(), phase = world.new_uid();
    world.system(
        {world.insert(entity::project, project, {{"name", std::string("Block A")}}),
         world.insert(entity::project_member, world.new_uid(), {{"project", project}, {"user", world.anna}}),
         world.insert(
             entity::phase, phase,
             {{"project", project}, {"phase_key", std::string("s")}, {"name", std::string("Framing")}})});
    auto device = world.device_of(world.anna);
    const auto progress = [&](std::int64_t percent) {
        return world.update(entity::phase, phase, {{"progress_percent", percent}});
    };
    world.rest(world.admin, {progress(50)});
    world.clock.advance_ms(1'000);
    EXPECT_EQ(world.push(device, {progress(35)}).receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.value(entity::phase, phase, "progress_percent"), Value(std::int64_t{50}));
    EXPECT_EQ(world.text(entity::phase, phase, "status"), "in_progress");
    EXPECT_EQ(loser(), "35");
}

TEST_F(Conflict, TextsMergeByLines) {
    auto device = world.device_of(world.admin);
    const auto described = [&](const std::string& text) {
        return world.update(entity::property, world.property, {{"description", text}});
    };
    world.rest(world.admin, {described("one!\ntwo\nthree")});
    auto mine = described("one\ntwo\nthree!");
    mine.fields[0].base_text = "one\ntwo\nthree";
    EXPECT_EQ(world.push(device, {mine}).receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.text(entity::property, world.property, "description"), "one!\ntwo\nthree!");
    EXPECT_TRUE(conflicts().empty());
}

TEST_F(Conflict, OverlappingTextsKeepTheLoser) {
    auto device = world.device_of(world.admin);
    world.rest(world.admin, {world.update(entity::property, world.property,
                                          {{"description", std::string("ONE\ntwo\nthree")}})});
    world.clock.advance_ms(1'000);
    auto mine =
        world.update(entity::property, world.property, {{"description", std::string("eins\ntwo\nthree")}});
    mine.fields[0].base_text = "one\ntwo\nthree";
    EXPECT_EQ(world.push(device, {mine}).receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.text(entity::property, world.property, "description"), "eins\ntwo\nthree");
    EXPECT_EQ(loser(), "ONE\ntwo\nthree");
}

TEST_F(Conflict, SetsUniteAndAddBeatsRemove) {
    auto device = world.device_of(world.admin);
    const auto features = [&](schema::StringSet set) {
        return world.update(entity::property, world.property, {{"features", std::move(set)}});
    };
    world.rest(world.admin, {features({"parking"})});          // the lift goes …
    world.rest(world.admin, {features({"lift", "parking"})});  // … and comes back
    auto mine = features({"garden", "parking"});
    mine.fields[0].added = {"garden"};
    mine.fields[0].removed = {"lift"};
    EXPECT_EQ(world.push(device, {mine}).receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.value(entity::property, world.property, "features"),
              Value(schema::StringSet{"garden", "lift", "parking"}));
}

TEST_F(Conflict, WhatMergedWouldBreakALimitIsNotMerged) {
    auto first = world.device_of(world.admin), second = world.device_of(world.admin);
    const auto adding = [&](const std::string& prefix) {
        schema::StringSet set;
        for (int i = 0; i < 600; ++i) set.push_back(prefix + std::to_string(i));
        set = schema::make_set(std::move(set));
        auto change = world.update(entity::property, world.property, {{"features", set}});
        change.fields[0].added = set;
        return change;
    };
    EXPECT_NE(world.push(first, {adding("a")}).receipt.status, ReceiptStatus::rejected);
    const auto outcome = world.push(second, {adding("b")});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::merged);
    const Value held = world.value(entity::property, world.property, "features");
    EXPECT_LE(std::get<schema::StringSet>(held).size(), 1'000U);
    EXPECT_EQ(conflicts().size(), 1U);
}

TEST_F(Conflict, AReopeningIsLaterThanTheClosingItSaw) {
    auto anna = world.device_of(world.anna);
    auto late = world.device_of(world.admin);
    anna.clock_ahead_ms = 4 * 60'000;  // within what is tolerated
    world.push(anna, {move_to(world.stage_won)});
    world.clock.advance_ms(60'000);
    world.rest(world.admin, {move_to(world.stage_visit)});  // the office reopens it
    late.clock_ahead_ms = -30'000;                          // closed before that, arriving after
    world.push(late, {move_to(world.stage_lost)});
    EXPECT_EQ(world.value(entity::lead, world.lead, "stage"), Value(world.stage_visit));
}

TEST_F(Conflict, ADeleteWinsInEitherOrderAndKeepsWhatItTook) {
    const Uid first = world.new_uid(), second = world.new_uid();
    const auto note = [&](const Uid& uid) {
        return world.insert(entity::note, uid, {{"lead", world.lead}, {"note", std::string("hello")}});
    };
    world.rest(world.anna, {note(first), note(second)});
    auto anna = world.device_of(world.anna);
    auto admin = world.device_of(world.admin);
    Change edit = world.update(entity::note, first, {{"note", std::string("edited")}});
    edit.fields[0].base_text = "hello";
    // The update arrives first.
    world.push(anna, {edit});
    EXPECT_EQ(world.push(admin, {world.change(entity::note, first, Operation::remove, {})}).receipt.status,
              ReceiptStatus::merged);
    EXPECT_FALSE(world.find(entity::note, first));
    EXPECT_EQ(loser(), "edited");
    // The delete arrives first.
    world.push(admin, {world.change(entity::note, second, Operation::remove, {})});
    edit.uid = second;
    EXPECT_EQ(world.push(anna, {edit}).receipt.status, ReceiptStatus::merged);
    EXPECT_FALSE(world.find(entity::note, second));
    EXPECT_EQ(conflicts().size(), 2U);
}

TEST_F(Conflict, ATextThatNobodyElseTouchedIsNotMerged) {
    auto device = world.device_of(world.admin);
    auto mine = world.update(entity::property, world.property, {{"description", std::string("one\ntwo")}});
    mine.fields[0].base_text = "one\ntwo\nthree";
    EXPECT_EQ(world.push(device, {mine}).receipt.status, ReceiptStatus::applied);
    auto features = world.update(entity::property, world.property, {{"features", schema::StringSet{"lift"}}});
    features.fields[0].added = {"lift"};
    EXPECT_EQ(world.push(device, {features}).receipt.status, ReceiptStatus::applied);
}

TEST_F(Conflict, ADeletedRootKeepsWholeTheChildrenThatOthersWroteTo) {
    const Uid project = world.new_uid(), theirs = world.new_uid(), edited = world.new_uid(),
              own = world.new_uid(), untouched = world.new_uid();
    const auto phase = [&](const Uid& uid, const std::string& name) {
        return world.insert(entity::phase, uid, {{"project", project}, {"phase_key", name}, {"name", name}});
    };
    world.rest(world.admin, {world.insert(entity::project, project, {{"name", std::string("Block A")}})});
    world.rest(world.admin, {phase(edited, "edited"), phase(untouched, "untouched")});
    auto device = world.device_of(world.admin);
    world.rest(world.admin, {phase(theirs, "theirs")});
    const auto renamed = [&](const Uid& uid) {
        return world.update(entity::phase, uid, {{"name", std::string("renamed")}});
    };
    world.rest(world.admin, {renamed(theirs), renamed(edited)});
    world.push(device, {phase(own, "own")});
    world.push(device, {world.change(entity::project, project, Operation::remove, {})});
    EXPECT_TRUE(world.all(entity::phase).empty());
    std::map<Uid, std::set<std::string>> kept;
    for (const auto& conflict : conflicts())
        kept[conflict.fields.uid(schema::number_of<schema::conflict_fields>("record"))].insert(
            conflict.fields.text(schema::number_of<schema::conflict_fields>("field")));
    EXPECT_TRUE(kept[theirs].contains("phase_key") && kept[theirs].contains("name"));
    EXPECT_TRUE(kept[edited].contains("phase_key") && kept[edited].contains("name"));
    EXPECT_FALSE(kept.contains(own));
    EXPECT_FALSE(kept.contains(untouched));
}

TEST_F(Conflict, AClockDaysAheadIsClampedToItsArrival) {
    auto device = world.device_of(world.anna);
    device.clock_ahead_ms = 2 * 86'400'000;
    world.push(device, {city("Anna's")});
    auto late = world.device_of(world.admin);
    late.cursor = schema::Seq{schema::number(late.cursor) - 1};  // did not see it
    world.clock.advance_ms(60'000);
    EXPECT_TRUE(world.push(late, {city("Later")}).receipt.merges.at(0).author_won);
    EXPECT_EQ(world.text(entity::client, world.client, "city"), "Later");
}

}  // namespace
}  // namespace fieldsync::testing
