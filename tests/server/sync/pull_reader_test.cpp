// What a device is sent of the change-log and of snapshots.
#include "sync/pull_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/limits.hpp"
#include "server/write_path/world.hpp"

namespace fieldsync::testing {
namespace {

class PullReader : public ::testing::Test {
  protected:
    World world;

    Peer peer_of(const Uid& user) {
        Peer peer;
        peer.business = world.business;
        peer.business_uid = world.business_uid;
        peer.user = user;
        return peer;
    }
    sync::Chunk read(const Uid& user, const PullRequest& request) {
        return world.database->read([&](storage::Connection& connection) {
            return read_chunk(connection, world.tables, peer_of(user), request).value();
        });
    }
    static std::size_t bytes_of(const sync::Chunk& chunk) {
        std::string encoded;
        sync::encode(chunk, encoded);
        return encoded.size();
    }
};

TEST_F(PullReader, ChangesOfAScopeThatIsFillingStayWithinAChunk) {
    constexpr int kProperties = 300;
    std::vector<Uid> properties;
    for (int i = 0; i < kProperties; ++i) {
        properties.push_back(world.new_uid());
        world.system({world.insert(entity::property, properties.back(),
                                   {{"title", std::string("Flat")},
                                    {"type", world.type},
                                    {"listing_purpose", std::string("for_sale")},
                                    {"status", std::string("published")},
                                    {"description", std::string(4'000, 'x')}})});
    }
    const sync::Chunk first = read(world.admin, {});
    ASSERT_EQ(first.begun.size(), 1U);
    for (const Uid& property : properties)
        world.rest(world.admin,
                   {world.update(entity::property, property, {{"title", std::string("House")}})});

    const sync::Chunk next = read(world.admin, {first.cursor, {{Uid{}, first.cursor.seq, {}}}, false});
    EXPECT_EQ(next.changes.size(), static_cast<std::size_t>(kProperties));
    EXPECT_LT(bytes_of(next), 2 * sync::limits::chunk_bytes_target);
    EXPECT_TRUE(next.changes.front().whole);
    EXPECT_FALSE(next.changes.back().whole) << "the change alone, where there is no room";
}

TEST_F(PullReader, ASnapshotThatWasCutOffGoesOnWithThePeoplesOwnFirst) {
    const sync::Chunk first = read(world.anna, {});
    std::vector<sync::UnfinishedScope> unfinished;
    for (const sync::ScopeBegun& begun : first.begun) unfinished.push_back({begun.scope, begun.start, {}});
    ASSERT_GT(unfinished.size(), 2U);
    std::partition(unfinished.begin(), unfinished.end(),
                   [&](const sync::UnfinishedScope& scope) { return scope.scope == world.business_uid; });
    const sync::Chunk next = read(world.anna, {first.cursor, unfinished, false});
    ASSERT_EQ(next.parts.size(), unfinished.size());
    EXPECT_EQ(next.parts.back().scope, world.business_uid);
}

TEST_F(PullReader, OfAScopeThatIsLostByNowNoPartIsSent) {
    const sync::Chunk first = read(world.anna, {});
    // A long change-set keeps the cursor from reaching the loss within the next chunk.
    for (int i = 0; i < 200; ++i)
        world.rest(world.anna, {world.insert(entity::note, world.new_uid(),
                                             {{"lead", world.lead}, {"note", std::string(2'000, 'n')}})});
    world.rest(world.admin, {world.update(entity::lead, world.lead, {{"assigned_to", world.bert}})});
    const sync::Chunk next = read(world.anna, {first.cursor, {{world.lead, first.cursor.seq, {}}}, false});
    EXPECT_LT(next.cursor.seq, world.head());
    EXPECT_TRUE(next.evicted.empty());
    EXPECT_TRUE(next.parts.empty());
}

// Counts the rows of every answer to its end, as a client library does that fetches answers whole.
class FetchCount final : public storage::Connection {
  public:
    explicit FetchCount(storage::Connection& inner) : inner_(inner) {}
    std::size_t rows = 0;

    void script(std::string_view sql) override { inner_.script(sql); }
    storage::Memo& memo() override { return inner_.memo(); }
    storage::Dialect dialect() const noexcept override { return inner_.dialect(); }
    std::uint64_t statements_run() const noexcept override { return inner_.statements_run(); }
    std::int64_t format_version() override { return inner_.format_version(); }
    void set_format_version(std::int64_t version) override { inner_.set_format_version(version); }

  private:
    std::int64_t do_execute(std::string_view sql, std::span<const storage::Parameter> parameters) override {
        return inner_.execute(sql, parameters);
    }
    void do_query(std::string_view sql, std::span<const storage::Parameter> parameters,
                  storage::FunctionRef<bool(storage::Row&)> visitor) override {
        bool goes_on = true;
        inner_.query(sql, parameters, [&](storage::Row& row) {
            ++rows;
            if (goes_on) goes_on = visitor(row);
        });
    }

    storage::Connection& inner_;
};

TEST_F(PullReader, AChunkFetchesOfALongLogNoMoreThanItNeeds) {
    const sync::Chunk first = read(world.admin, {});
    constexpr std::size_t kNotes = 4'000;
    std::vector<Uid> notes;
    for (std::size_t written = 0; written < kNotes;) {
        std::vector<Change> changes;
        for (int i = 0; i < 500; ++i, ++written) {
            notes.push_back(world.new_uid());
            changes.push_back(world.insert(entity::note, notes.back(),
                                           {{"lead", world.lead}, {"note", std::string(300, 'n')}}));
        }
        world.rest(world.anna, std::move(changes));
    }
    world.database->read([&](storage::Connection& connection) {
        FetchCount fetched(connection);
        PullRequest request{first.cursor, {}, false};
        std::vector<Uid> seen;
        for (bool is_last = false; !is_last;) {
            fetched.rows = 0;
            const auto chunk = read_chunk(fetched, world.tables, peer_of(world.admin), request).value();
            EXPECT_LT(fetched.rows, chunk.changes.size() + 1'500) << "a page, a change-set, and little else";
            for (const sync::LogChange& change : chunk.changes)
                if (change.key.entity == entity::note) seen.push_back(change.key.uid);
            request.cursor = chunk.cursor;
            is_last = chunk.is_last;
        }
        EXPECT_EQ(seen, notes);
    });
}

// --- roots that are new to the device

// The device is a few changes behind, or (true) has over a thousand of others' before it as well: how the reader
// finds out what somebody holds differs, what it sends does not.
class PullReaderOfNewRoots : public PullReader, public ::testing::WithParamInterface<bool> {
  protected:
    Uid client = world.new_uid();

    Change new_client(const Uid& assigned_to) {
        return world.insert(entity::client, client,
                            {{"first_name", std::string("Rina")},
                             {"last_name", std::string("Patel")},
                             {"mobile", std::string("9827700009")},
                             {"sourcing_channel", world.channel},
                             {"interest_type", std::string("buy")},
                             {"assigned_to", assigned_to}});
    }
    Change assign_to(const Uid& user) {
        return world.update(entity::client, client, {{"assigned_to", user}});
    }
    // Bert sets the city twice: what stood there in between is nobody else's to see.
    void bert_edits() {
        for (const char* const city : {"secret", "Indore"})
            world.rest(world.bert, {world.update(entity::client, client, {{"city", std::string(city)}})});
    }
    void expect_the_snapshot_alone(const sync::Chunk& chunk) {
        EXPECT_EQ(changes_in(chunk, client), 0);
        EXPECT_EQ(part_of(chunk, client).records.size(), 1U);
    }
    // Of anna's device, which has seen everything before `work`.
    template <class Work>
    sync::Chunk after(Work work) {
        const sync::Cursor cursor = read(world.anna, {}).cursor;
        if (GetParam()) write_what_anna_does_not_see();
        work();
        return read(world.anna, {cursor, {}, false});
    }
    void write_what_anna_does_not_see() {
        for (int set = 0; set < 2; ++set) {
            std::vector<Change> drafts;
            for (int i = 0; i < 600; ++i)
                drafts.push_back(world.insert(entity::property, world.new_uid(),
                                              {{"title", std::string("Draft")},
                                               {"type", world.type},
                                               {"listing_purpose", std::string("for_sale")}}));
            world.system(std::move(drafts));
        }
    }
    static const sync::SnapshotPart& part_of(const sync::Chunk& chunk, const Uid& scope) {
        return *std::ranges::find(chunk.parts, scope, &sync::SnapshotPart::scope);
    }
    static std::ptrdiff_t changes_in(const sync::Chunk& chunk, const Uid& scope) {
        return std::ranges::count(chunk.changes, scope, &sync::LogChange::scope);
    }
};

TEST_P(PullReaderOfNewRoots, OnesOwnComeByTheLogAndNeedNoSnapshot) {
    const sync::Chunk chunk = after([&] {
        world.rest(world.anna, {new_client(world.anna)});
        world.rest(world.anna, {world.update(entity::client, client, {{"city", std::string("Indore")}})});
    });
    ASSERT_EQ(chunk.begun.size(), 1U);
    EXPECT_EQ(chunk.begun[0].scope, client);
    EXPECT_EQ(changes_in(chunk, client), 2);
    EXPECT_TRUE(part_of(chunk, client).is_done);
    EXPECT_TRUE(part_of(chunk, client).records.empty());
    EXPECT_TRUE(chunk.is_last);
}

TEST_P(PullReaderOfNewRoots, WhatWasBeforeTheyWereGivenIsNotTold) {
    const sync::Chunk chunk = after([&] {
        world.rest(world.admin, {new_client(world.bert)});
        bert_edits();
        world.rest(world.admin, {assign_to(world.anna)});
    });
    expect_the_snapshot_alone(chunk);
}

TEST_P(PullReaderOfNewRoots, NorWhatWasWhileSomebodyElseHadThem) {
    const sync::Chunk chunk = after([&] {
        world.rest(world.anna, {new_client(world.anna)});
        world.rest(world.admin, {assign_to(world.bert)});
        bert_edits();
        world.rest(world.admin, {assign_to(world.anna)});
    });
    expect_the_snapshot_alone(chunk);
}

INSTANTIATE_TEST_SUITE_P(Behind, PullReaderOfNewRoots, ::testing::Values(false, true),
                         [](const auto& of) { return std::string(of.param ? "far" : "little"); });

}  // namespace
}  // namespace fieldsync::testing
