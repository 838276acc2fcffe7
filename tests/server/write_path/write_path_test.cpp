// The path itself: all or nothing, effects, receipts, numbers.
#include <gtest/gtest.h>

#include "fieldsync/sync/codec.hpp"
#include "server/write_path/world.hpp"

namespace fieldsync::testing {
namespace {

using schema::number_of;
using sync::ReceiptStatus;

class Path : public ::testing::Test {
  protected:
    World world;
    World::Device device = world.device_of(world.anna);

    Change note(const std::string& text) {
        return world.insert(entity::note, world.new_uid(), {{"lead", world.lead}, {"note", text}});
    }
    WriteOutcome again(const World::Device& from, const sync::ChangeSet& set) {
        WriteRequest request;
        request.business = world.business;
        request.author = from.user;
        request.origin = Origin::push;
        request.store = from.store;
        request.set = set;
        return world.database->write(
            [&](storage::Connection& connection) { return world.path.run(connection, request); });
    }
    sync::ChangeSet set_of(std::uint64_t number, std::vector<Change> changes) {
        sync::ChangeSet set;
        set.uid = world.new_uid();
        set.number = number;
        set.hlc = sync::Hlc::at(world.clock.now_us() / 1000);
        set.made_at_us = world.clock.now_us();
        set.made_at_cursor = device.cursor;
        set.changes = std::move(changes);
        return set;
    }
};

TEST_F(Path, AChangeSetIsAppliedWholeOrNotAtAll) {
    const Seq before = world.head();
    const auto outcome = world.push(device, {note("good"), note(std::string(3'000, 'x'))});
    EXPECT_EQ(outcome.receipt.status, ReceiptStatus::rejected);
    EXPECT_EQ(outcome.receipt.errors.at(0).broken, schema::Broken::too_long);
    EXPECT_TRUE(world.all(entity::note).empty());
    EXPECT_EQ(world.head(), before);
    // It blocks nothing behind it.
    EXPECT_EQ(world.push(device, {note("next")}).receipt.status, ReceiptStatus::applied);
}

TEST_F(Path, AKnownUidGetsItsFirstReceiptAgain) {
    const auto set = set_of(1, {note("once")});
    const auto first = again(device, set);
    const auto second = again(device, set);
    EXPECT_EQ(first.receipt, second.receipt);
    EXPECT_EQ(world.all(entity::note).size(), 1U);
    EXPECT_EQ(world.all(entity::activity).size(), 1U);
}

TEST_F(Path, NobodyElseGetsTheReceipt) {
    const auto set = set_of(1, {note("mine")});
    again(device, set);
    const auto stranger = again(world.device_of(world.bert), set);
    EXPECT_EQ(stranger.receipt.code, "bad_uid");
    EXPECT_TRUE(stranger.receipt.ids.empty());
}

TEST_F(Path, AGapOrATakenNumberAsksToRenumber) {
    again(device, set_of(1, {note("one")}));
    EXPECT_TRUE(again(device, set_of(1, {note("another one")})).must_renumber);
    EXPECT_TRUE(again(device, set_of(3, {note("three")})).must_renumber);
    EXPECT_EQ(world.all(entity::note).size(), 1U);
    EXPECT_EQ(again(device, set_of(2, {note("two")})).receipt.status, ReceiptStatus::applied);
}

TEST_F(Path, BehindATakenNumberNothingGetsIn) {
    again(device, set_of(1, {note("one")}));
    again(device, set_of(2, {note("two")}));
    // A copy of the store pushes its own second and third.
    EXPECT_TRUE(again(device, set_of(2, {note("of the copy")})).must_renumber);
    EXPECT_TRUE(again(device, set_of(3, {note("behind it")})).must_renumber);
    EXPECT_EQ(world.all(entity::note).size(), 2U);
}

TEST_F(Path, AnEntryThatNoDeviceCouldReadIsRefused) {
    std::vector<Change> changes;
    std::string text;
    for (int i = 0; i < 2'000; ++i) text += "अ";
    for (int i = 0; i < 600; ++i) changes.push_back(note(text));  // 3.6 MB, and as much again of activities
    const auto outcome = world.push(device, changes);
    EXPECT_EQ(outcome.receipt.code, "too_large");
    EXPECT_TRUE(world.all(entity::note).empty());
}

TEST_F(Path, AFieldChangedTwiceInOneChangeIsRefused) {
    Change twice = note("x");
    twice.fields.push_back(twice.fields.back());
    EXPECT_EQ(world.push(device, {twice}).receipt.code, "validation_failed");
}

TEST_F(Path, WhatWasKeptOfAProjectOutlivesIt) {
    const Uid project = world.new_uid();
    world.system({world.insert(entity::project, project, {{"name", std::string("Block A")}})});
    auto admin = world.device_of(world.admin);
    world.rest(world.admin, {world.update(entity::project, project, {{"name", std::string("One")}})});
    world.clock.advance_ms(1'000);
    world.push(admin, {world.update(entity::project, project, {{"name", std::string("Two")}})});
    ASSERT_EQ(world.all(entity::conflict).size(), 1U);
    world.rest(world.admin, {world.change(entity::project, project, Operation::remove, {})});
    ASSERT_EQ(world.all(entity::conflict).size(), 1U);
    EXPECT_EQ(world.all(entity::conflict)[0].scope, schema::admins_scope(world.business_uid));
}

TEST_F(Path, ARequirementMakesItsLeadWithADerivedUid) {
    const Uid client = world.new_uid(), requirement = world.new_uid();
    const Uid lead = schema::effect_uid(requirement, {}, "lead");
    const auto outcome =
        world.push(device, {world.insert(entity::client, client,
                                         {{"first_name", std::string("Ravi")},
                                          {"last_name", std::string("Mehta")},
                                          {"mobile", std::string("9876543210")},
                                          {"sourcing_channel", world.channel},
                                          {"interest_type", std::string("buy")}}),
                            world.insert(entity::requirement, requirement,
                                         {{"client", client}, {"interest_type", std::string("buy")}}),
                            world.insert(entity::site_visit, world.new_uid(),
                                         {{"lead", lead},
                                          {"property", world.property},
                                          {"visit_date", std::string("2026-05-19")},
                                          {"visit_time", std::string("10:00")},
                                          {"accompanying_staff", std::string("Anna")}})});
    ASSERT_EQ(outcome.receipt.status, ReceiptStatus::applied) << outcome.receipt.message;
    EXPECT_EQ(world.value(entity::lead, lead, "assigned_to"), Value(world.anna));
    EXPECT_EQ(world.value(entity::lead, lead, "stage"), Value(world.stage_new));
    EXPECT_TRUE(world.holds(world.anna, lead));
    EXPECT_EQ(world.all(entity::site_visit)
                  .at(0)
                  .fields.uid(number_of<schema::site_visit_fields>("stage_at_visit")),
              world.stage_new);
    EXPECT_EQ(outcome.receipt.ids.size(), 6U);  // client, requirement, lead, its history, visit, activity
}

TEST_F(Path, AMoveWritesHistoryActivityAndTheLead) {
    world.clock.advance_ms(1'000);
    auto move = world.update(entity::lead, world.lead,
                             {{"stage", world.stage_won}, {"stage_note", std::string("Signed.")}});
    ASSERT_EQ(world.push(device, {move}).receipt.status, ReceiptStatus::applied);
    const auto history = world.all(entity::stage_history).at(0).fields;
    EXPECT_EQ(history.uid(number_of<schema::stage_history_fields>("from_stage")), world.stage_new);
    EXPECT_EQ(history.text(number_of<schema::stage_history_fields>("note")), "Signed.");
    const auto activity = world.all(entity::activity).at(0).fields;
    EXPECT_EQ(activity.text(number_of<schema::activity_fields>("description")),
              "Stage changed to Closed — Won");
    EXPECT_EQ(world.value(entity::lead, world.lead, "last_activity_at"), Value(world.clock.now_us()));
    EXPECT_EQ(world.text(entity::requirement, world.requirement, "status"), "closed");
}

TEST_F(Path, AVisitOfTomorrowIsRefusedInTheBusinesssOwnDay) {
    const auto visit = [&](const std::string& date) {
        return world.insert(entity::site_visit, world.new_uid(),
                            {{"lead", world.lead},
                             {"property", world.property},
                             {"visit_date", date},
                             {"visit_time", std::string("10:00")},
                             {"accompanying_staff", std::string("Anna")}});
    };
    world.clock.set(kNoonUs + 9 * 3'600'000'000LL);  // 19:00 UTC: already the 21st in Kolkata
    EXPECT_EQ(world.push(device, {visit("2026-05-21")}).receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(world.push(device, {visit("2026-05-22")}).receipt.status, ReceiptStatus::rejected);
}

TEST_F(Path, InsertingAKnownUidWithTheSameContentIsNoChange) {
    const auto first = note("same");
    world.push(device, {first});
    const Seq before = world.head();
    EXPECT_EQ(world.push(device, {first}).receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(world.head(), before);
    Change other = first;
    other.set(number_of<schema::note_fields>("note"), std::string("different"));
    EXPECT_EQ(world.push(device, {other}).receipt.code, "already_exists");
}

TEST_F(Path, ANewRecordNeedsAVersionSevenUid) {
    Change forged = note("forged");
    forged.uid = schema::effect_uid(world.lead, {}, "lead");
    EXPECT_EQ(world.push(device, {forged}).receipt.code, "bad_uid");
}

TEST_F(Path, PublishingMovesAPropertyBetweenScopes) {
    world.rest(world.admin,
               {world.update(entity::property, world.draft, {{"status", std::string("published")}})});
    EXPECT_EQ(world.find(entity::property, world.draft)->scope, world.business_uid);
    std::vector<Operation> logged;
    world.database->read([&](storage::Connection& connection) {
        connection.query("SELECT body FROM log_change WHERE seq = ?1 ORDER BY ordinal",
                         {static_cast<std::int64_t>(schema::number(world.head()))}, [&](storage::Row& row) {
                             const auto bytes = row.blob(0);
                             logged.push_back(sync::decode_log_change(
                                                  {reinterpret_cast<const char*>(bytes.data()), bytes.size()})
                                                  ->operation);
                         });
    });
    EXPECT_EQ(logged, (std::vector{Operation::gone, Operation::insert}));
}

TEST_F(Path, DeletingAProjectTakesItsChildrenAlong) {
    const Uid project = world.new_uid(), phase = world.new_uid();
    world.system(
        {world.insert(entity::project, project, {{"name", std::string("Block A")}}),
         world.insert(entity::project_member, world.new_uid(), {{"project", project}, {"user", world.anna}}),
         world.insert(
             entity::phase, phase,
             {{"project", project}, {"phase_key", std::string("s")}, {"name", std::string("Framing")}})});
    EXPECT_TRUE(world.holds(world.anna, project));
    world.rest(world.admin, {world.change(entity::project, project, Operation::remove, {})});
    EXPECT_FALSE(world.find(entity::phase, phase));
    EXPECT_FALSE(world.holds(world.anna, project));
    // A child of a parent that is gone is refused.
    auto admin = world.device_of(world.admin);
    const auto orphan =
        world.insert(entity::phase, world.new_uid(),
                     {{"project", project}, {"phase_key", std::string("x")}, {"name", std::string("X")}});
    EXPECT_EQ(world.push(admin, {orphan}).receipt.status, ReceiptStatus::rejected);
}

TEST_F(Path, EveryRelationToAnotherBusinessIsRefused) {
    // Another business, with a record of each entity that can be named.
    WriteRequest request;
    request.origin = Origin::system;
    request.business = BusinessId{77};
    request.set.uid = world.new_uid();
    const Uid foreign = world.new_uid();
    request.set.changes = {
        world.insert(entity::business, foreign, {{"business_name", std::string("Other")}})};
    world.database->write([&](storage::Connection& connection) { world.path.run(connection, request); });

    auto admin = world.device_of(world.admin);
    int relations = 0;
    for (const schema::EntityTable& table : world.tables.schema().entities())
        for (const schema::Field& field : table.fields()) {
            if (field.type != schema::Type::relation || schema::number(field.target) == 0) continue;
            const Uid theirs = world.new_uid();
            Change there;
            there.entity = field.target;
            there.uid = theirs;
            there.operation = Operation::insert;
            for (const schema::Field& needed : world.tables.schema().at(field.target).fields())
                if (needed.is_required && !needed.has_default) {
                    if (needed.type == schema::Type::relation) continue;
                    there.set(needed.number,
                              needed.type == schema::Type::enumeration   ? std::string(needed.values[0])
                              : needed.type == schema::Type::date        ? std::string("2026-01-01")
                              : needed.type == schema::Type::time_of_day ? std::string("10:00")
                              : needed.format == schema::Format::email   ? std::string("a@b.test")
                                                                         : std::string("9827700001"));
                }
            // Put there beside the write path: only its being another business's matters.
            world.database->write([&](storage::Connection& connection) {
                StoredRecord stored;
                stored.record.entity = field.target;
                stored.record.uid = theirs;
                stored.record.id =
                    next_id(connection, BusinessId{77}, world.tables.schema().at(field.target).name());
                stored.record.scope = foreign;
                for (const auto& item : there.fields) stored.record.fields.set(item.field, item.value);
                world.tables.at(field.target).insert(connection, BusinessId{77}, stored);
            });
            Change naming;
            naming.entity = table.number();
            naming.uid = world.new_uid();
            naming.operation = Operation::insert;
            naming.set(field.number, theirs);
            const auto outcome = world.push(admin, {naming});
            EXPECT_EQ(outcome.receipt.status, ReceiptStatus::rejected) << table.name() << "." << field.name;
            // Neither can the record itself be touched.
            Change edit;
            edit.entity = field.target;
            edit.uid = theirs;
            edit.operation = Operation::update;
            EXPECT_EQ(world.push(admin, {edit}).receipt.code, "not_found")
                << table.name() << "." << field.name;
            ++relations;
        }
    EXPECT_GT(relations, 20);
}

// Of format 3 and before: a token's id alone was its key.
constexpr const char* kTokensOfFormat3 =
    "DROP TABLE token; CREATE TABLE token (id BIGINT PRIMARY KEY, business_id BIGINT NOT NULL,"
    " user_id BIGINT NOT NULL, surface TEXT NOT NULL, device BLOB, hash BLOB NOT NULL,"
    " created_at BIGINT NOT NULL, last_used_at BIGINT NOT NULL);"
    "CREATE INDEX token_user ON token (business_id, user_id);"
    "INSERT INTO token VALUES (5, 1, 12, 'sync', x'0102', x'030405', 100, 200)";

// Of format 2 and before: all businesses counted together, and a user's id alone was his credential's key.
constexpr const char* kCountersOfFormat2 =
    "ALTER TABLE id_counter RENAME TO counted;"
    "CREATE TABLE id_counter (name TEXT PRIMARY KEY, last BIGINT NOT NULL);"
    "INSERT INTO id_counter SELECT name, 900 + max(last) FROM counted GROUP BY name; DROP TABLE counted;"
    "INSERT INTO id_counter VALUES ('token', 7);"
    "DROP TABLE credential; CREATE TABLE credential ("
    "user_id BIGINT PRIMARY KEY, business_id BIGINT NOT NULL, password_hash TEXT NOT NULL);"
    "INSERT INTO credential VALUES (12, 1, 'hash')";

TEST(Upgrade, CountersAndCredentialsOfFormat2AreTakenOver) {
    World world;
    world.database->write([&](storage::Connection& connection) {
        connection.script(kCountersOfFormat2);
        connection.script(kTokensOfFormat3);
        connection.set_format_version(2);
    });
    world.database->write(
        [&](storage::Connection& connection) { prepare_tables(connection, world.tables.schema()); });
    world.database->write([&](storage::Connection& connection) {
        EXPECT_EQ(connection.format_version(), kFormatVersion);
        EXPECT_EQ(next_id(connection, world.business, "lead"), 902);
        EXPECT_EQ(next_id(connection, world.business, "user"), 904);
        EXPECT_EQ(next_id(connection, kNoBusiness, "business"), 902);
        EXPECT_EQ(next_id(connection, kNoBusiness, "token"), 8);
        EXPECT_EQ(next_id(connection, BusinessId{99}, "lead"), 1) << "one that came later begins anew";
        EXPECT_EQ(connection.integer("SELECT user_id FROM credential WHERE business_id = 1"), 12);
        EXPECT_EQ(connection.integer("SELECT id FROM token WHERE business_id = 1"), 5);
    });
}

TEST(Upgrade, TokensOfFormat3AreTakenOver) {
    World world;
    world.database->write([&](storage::Connection& connection) {
        connection.script(kTokensOfFormat3);
        connection.set_format_version(3);
    });
    world.database->write(
        [&](storage::Connection& connection) { prepare_tables(connection, world.tables.schema()); });
    world.database->read([&](storage::Connection& connection) {
        EXPECT_EQ(connection.format_version(), kFormatVersion);
        EXPECT_EQ(connection.integer("SELECT count(*) FROM token WHERE business_id = 1 AND id = 5"
                                     " AND user_id = 12 AND surface = 'sync' AND device = x'0102'"
                                     " AND hash = x'030405' AND created_at = 100 AND last_used_at = 200"),
                  1);
        EXPECT_EQ(connection.integer("SELECT pk FROM pragma_table_info('token') WHERE name = 'business_id'"),
                  1);
        EXPECT_EQ(connection.integer("SELECT count(*) FROM pragma_index_list('token')"), 3);
        EXPECT_EQ(connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'token_3'"), 0);
    });
}

TEST(Upgrade, MovesOfFormat1AreTakenOver) {
    World world;
    world.rest(world.admin, {world.update(entity::lead, world.lead, {{"stage", world.stage_visit}})});
    const Seq moved_at = world.head();
    world.database->write([&](storage::Connection& connection) {
        connection.script(
            "CREATE TABLE old AS SELECT * FROM field_move; DROP TABLE field_move;"
            "CREATE TABLE field_move (business_id BIGINT NOT NULL, uid BLOB NOT NULL, field BIGINT NOT NULL,"
            " change_set BLOB NOT NULL, value_text TEXT, value_uid BLOB, is_closing BIGINT NOT NULL,"
            " reopens BIGINT NOT NULL, hlc BIGINT NOT NULL, store BLOB NOT NULL, seq BIGINT NOT NULL,"
            " PRIMARY KEY (business_id, uid, field, change_set));"
            "INSERT INTO field_move SELECT business_id, uid, field, change_set, value_text, value_uid,"
            " is_closing, reopens, hlc, store, seq FROM old; DROP TABLE old");
        connection.script(kCountersOfFormat2);
        connection.script(kTokensOfFormat3);
        connection.set_format_version(1);
    });
    world.database->write(
        [&](storage::Connection& connection) { prepare_tables(connection, world.tables.schema()); });
    world.database->read([&](storage::Connection& connection) {
        EXPECT_EQ(connection.format_version(), kFormatVersion);
        EXPECT_EQ(connection.integer("SELECT seq FROM field_move", {}),
                  static_cast<std::int64_t>(schema::number(moved_at)));
    });
    auto device = world.device_of(world.anna);
    EXPECT_EQ(world.push(device, {world.update(entity::lead, world.lead, {{"stage", world.stage_won}})})
                  .receipt.status,
              sync::ReceiptStatus::applied);
}

}  // namespace
}  // namespace fieldsync::testing
