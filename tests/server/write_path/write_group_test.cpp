// Change-sets that share a transaction: each finds what the ones before it left, though little of that is in
// the database yet, and a group that fails leaves nothing behind in memory either.
#include "write_path/write_group.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "server/write_path/world.hpp"
#include "storage/errors.hpp"
#include "write_path/receipts.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::testing {
namespace {

using sync::ReceiptStatus;

class Group : public ::testing::Test {
  protected:
    World world;
    World::Device device = world.device_of(world.anna);
    storage::NoCommitPoints points;
    std::function<void()> posted;
    // Nothing runs before commit(): what was submitted until then is one group.
    WriteQueue queue{*world.database, world.path, points,
                     [this](std::function<void()> run) { posted = std::move(run); }};
    std::deque<WriteOutcome> outcomes;
    int failures = 0;

    void submit(Origin origin, const Uid& author, std::vector<Change> changes) {
        WriteRequest request;
        request.business = world.business;
        request.author = author;
        request.origin = origin;
        request.set.uid = world.new_uid();
        if (origin == Origin::push) {
            request.store = device.store;
            request.set.number = ++device.number;
            request.set.made_at_cursor = world.head();
        }
        request.set.hlc = sync::Hlc::at(world.clock.now_us() / 1000);
        request.set.made_at_us = world.clock.now_us();
        request.set.changes = std::move(changes);
        ASSERT_TRUE(queue.submit(
            std::move(request), [this](const WriteOutcome& outcome) { outcomes.push_back(outcome); },
            [this](const WriteFailure&) { ++failures; }));
    }
    void push(std::vector<Change> changes) { submit(Origin::push, world.anna, std::move(changes)); }
    void commit() { std::exchange(posted, nullptr)(); }

    Change note(const std::string& text) {
        return world.insert(entity::note, world.new_uid(), {{"lead", world.lead}, {"note", text}});
    }
    Change visit() {
        return world.insert(entity::site_visit, world.new_uid(),
                            {{"lead", world.lead},
                             {"property", world.property},
                             {"visit_date", std::string("2026-01-01")},
                             {"visit_time", std::string("10:00")},
                             {"accompanying_staff", std::string("Anna")}});
    }
    std::uint64_t number_in_database() {
        return world.database->read([&](storage::Connection& connection) {
            return last_number(connection, world.business, device.store).value_or(0);
        });
    }
    std::int64_t last_id(const char* entity) {
        return world.database->read([&](storage::Connection& connection) {
            return connection.integer("SELECT last FROM id_counter WHERE name = ?1", {entity}).value_or(0);
        });
    }
};

TEST_F(Group, SeqsNumbersAndIdsGoOnFromOneChangeSetToTheNext) {
    const auto before = schema::number(world.head());
    for (int i = 0; i < 5; ++i) push({note("one"), note("two")});
    commit();
    ASSERT_EQ(outcomes.size(), 5U);
    EXPECT_EQ(queue.counters().groups, 1U);
    std::set<std::int64_t> ids;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        EXPECT_EQ(outcomes[i].receipt.status, ReceiptStatus::applied);
        EXPECT_EQ(schema::number(outcomes[i].receipt.seq), before + i + 1);
        EXPECT_EQ(outcomes[i].last_number, i + 1);
    }
    for (const schema::Record& record : world.all(entity::note)) ids.insert(record.id);
    EXPECT_EQ(ids.size(), 10U);
    EXPECT_EQ(last_id("note"), *ids.rbegin());
    EXPECT_EQ(schema::number(world.head()), before + 5);
    EXPECT_EQ(number_in_database(), 5U);
}

TEST_F(Group, ARefusedOneLeavesNoGapBehind) {
    push({note("good")});
    push({note("good"), note(std::string(3'000, 'x'))});
    push({note("good")});
    const auto before = schema::number(world.head());
    commit();
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[1].receipt.status, ReceiptStatus::rejected);
    EXPECT_EQ(schema::number(outcomes[1].receipt.seq), before + 1);
    EXPECT_EQ(schema::number(outcomes[2].receipt.seq), before + 2);
    EXPECT_EQ(static_cast<std::size_t>(last_id("note")), world.all(entity::note).size());
    EXPECT_EQ(number_in_database(), 3U);
}

TEST_F(Group, WhatEverybodyNamesIsReadAgainOnceTheGroupWroteIt) {
    push({note("she may")});
    submit(Origin::rest, world.admin,
           {world.update(entity::property, world.property, {{"title", std::string("Sea View")}})});
    push({visit()});
    submit(Origin::rest, world.admin, {world.update(entity::user, world.anna, {{"is_active", false}})});
    push({note("she may not any more")});
    commit();
    ASSERT_EQ(outcomes.size(), 5U);
    EXPECT_EQ(outcomes[0].receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(outcomes[2].receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(outcomes[4].receipt.code, "forbidden");
    bool is_told = false;
    for (const schema::Record& activity : world.all(entity::activity))
        is_told = is_told || activity.fields.text(schema::number_of<schema::activity_fields>("description"))
                                     .find("Sea View") != std::string::npos;
    EXPECT_TRUE(is_told);
}

TEST_F(Group, OtherWorkInTheGroupFindsTheDatabaseAsItIs) {
    const auto before = schema::number(world.head());
    push({note("one")});
    std::uint64_t seen = 0, seen_number = 0;
    queue.run(
        [&](storage::Connection& connection) {
            seen = schema::number(read_head(connection, world.business).seq);
            seen_number = last_number(connection, world.business, device.store).value_or(0);
            connection.execute("UPDATE id_counter SET last = last + 100 WHERE name = 'note'");
        },
        nullptr);
    push({note("two")});
    commit();
    EXPECT_EQ(seen, before + 1);
    EXPECT_EQ(seen_number, 1U);
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(outcomes[1].receipt.ids.at(0).id, outcomes[0].receipt.ids.at(0).id + 101);
}

TEST_F(Group, AGroupThatFailsLeavesNothingInMemory) {
    const auto before = schema::number(world.head());
    const std::int64_t last = last_id("note");
    push({note("one")});
    bool has_failed = false;
    queue.run(
        [&](storage::Connection&) {
            if (!std::exchange(has_failed, true)) throw std::runtime_error("once");
        },
        nullptr);
    push({note("two")});
    commit();
    EXPECT_EQ(queue.counters().groups_rerun, 1U);
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(schema::number(outcomes[0].receipt.seq), before + 1);
    EXPECT_EQ(schema::number(outcomes[1].receipt.seq), before + 2);
    EXPECT_EQ(last_id("note"), last + 2);
    EXPECT_EQ(number_in_database(), 2U);
}

// What was made and deleted in one change-set cannot be made again in it.
TEST_F(Group, AUidIsNewOnlyOnce) {
    const Change made = note("short-lived");
    const Change gone = world.change(entity::note, made.uid, Operation::remove, {});
    submit(Origin::rest, world.admin, {made, gone, made});
    submit(Origin::rest, world.admin, {made, gone});
    submit(Origin::rest, world.admin, {made});
    commit();
    ASSERT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes[0].receipt.code, "deleted");
    EXPECT_EQ(outcomes[1].receipt.status, ReceiptStatus::applied);
    EXPECT_EQ(outcomes[2].receipt.code, "deleted");
}

TEST_F(Group, IdsThatAreGivenBackAreGivenAgain) {
    world.database->write([&](storage::Connection& connection) {
        WriteGroup group(connection, world.tables);
        const std::int64_t first = group.next_id(world.business, "note");
        group.keep_ids();
        EXPECT_EQ(group.next_id(world.business, "note"), first + 1);
        EXPECT_EQ(group.next_id(world.business, "note"), first + 2);
        group.give_back_ids();
        EXPECT_EQ(group.next_id(world.business, "note"), first + 1);
        group.keep_ids();
        group.settle();
        EXPECT_EQ(next_id(connection, world.business, "note"), first + 2);
    });
}

// Twelve row writes were 37 statements: what a group knows already is not asked again.
TEST_F(Group, AVisitTakesFewStatements) {
    push({visit()});
    commit();
    constexpr int kMore = 20;
    const auto statements = [&](int visits) {
        for (int i = 0; i < visits; ++i) push({visit()});
        const std::uint64_t before = world.database->statements_run();
        commit();
        return world.database->statements_run() - before;
    };
    const std::uint64_t one = statements(1), many = statements(1 + kMore);
    EXPECT_LE((many - one) / kMore, 14U);
}

}  // namespace
}  // namespace fieldsync::testing
