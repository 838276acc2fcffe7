#include <atomic>
#include <thread>

#include "device_test.hpp"

namespace fieldsync::testing {
namespace {

using device::Difference;
using device::Query;
using device::Subscription;

class ObserversTest : public DeviceTest {
  protected:
    void SetUp() override { begin_as_staff(); }
    Subscription observe(Query query, std::vector<Difference>& heard) {
        auto subscription = engine_->observe(
            std::move(query), [&heard](const Difference& difference) { heard.push_back(difference); });
        EXPECT_TRUE(subscription.has_value());
        return std::move(*subscription);
    }
    static Query notes() { return {.entity = entity::note}; }
    using Uids = std::vector<Uid>;
    const Record client_ = world_.client_records(100)[0];
};

TEST_F(ObserversTest, hear_what_local_and_remote_commits_add_change_and_remove) {
    std::vector<Difference> heard;
    const Subscription subscription = observe(notes(), heard);
    write(note(uid(900)));
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].added, Uids{uid(900)});
    write(update_of(entity::note, uid(900), {{field::note, "again"}}));
    ASSERT_EQ(heard.size(), 2U);
    EXPECT_EQ(heard[1].changed, Uids{uid(900)});
    apply(ChunkOf(110).whole(make_record(entity::note, uid(901), world_.lead, 110, {{field::note, "office"}}),
                             110));
    ASSERT_EQ(heard.size(), 3U);
    EXPECT_EQ(heard[2].added, Uids{uid(901)});
    session().store_receipts({rejection_of(engine_->outbox()[0].set.uid, 120)});
    ASSERT_EQ(heard.size(), 4U);
    EXPECT_EQ(heard[3].removed, Uids{uid(900)});
    engine_->wipe();
    ASSERT_EQ(heard.size(), 5U);
    EXPECT_EQ(heard[4].removed, Uids{uid(901)});
}

TEST_F(ObserversTest, hear_nothing_of_what_does_not_concern_them) {
    std::vector<Difference> heard;
    Query query{.entity = entity::client};
    const Subscription subscription = observe(query.where(field::first_name, "Rita"), heard);
    write(note(uid(900)));
    engine_->write({update_of(entity::client, world_.client, {{field::mobile, "1"}})});  // refused
    EXPECT_TRUE(heard.empty());
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].removed, Uids{world_.client});
    write(update_of(entity::client, world_.client, {{field::last_name, "Roy"}}));
    EXPECT_EQ(heard.size(), 1U);
    write(update_of(entity::client, world_.client, {{field::first_name, "Rita"}}));
    EXPECT_EQ(heard[1].added, Uids{world_.client});
}

TEST_F(ObserversTest, hear_how_a_page_shifts) {
    std::vector<Difference> heard;
    Query query{.entity = entity::stage};
    const Subscription subscription = observe(query.order_by(field::stage_order).page(0, 2), heard);
    const Record won = world_.business_records(100)[6];
    apply(ChunkOf(110).update(won, 110, {{field::stage_order, std::int64_t{0}}}));
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].added, Uids{world_.won});
    EXPECT_EQ(heard[0].removed, Uids{world_.talking});
    EXPECT_TRUE(heard[0].changed.empty());
    apply(ChunkOf(111).update(won, 111, {{field::stage_name, "Closed"}}));
    EXPECT_EQ(heard[1].changed, Uids{world_.won});
}

TEST_F(ObserversTest, see_the_committed_state_and_may_write_themselves) {
    std::size_t heard = 0;
    auto subscription = engine_->observe(notes(), [&](const Difference& difference) {
        for (const Uid& uid : difference.added) EXPECT_TRUE(is_there(entity::note, uid));
        if (++heard < 4) write(note(Uid{}));
    });
    write(note(uid(900)));
    EXPECT_EQ(heard, 4U);
    EXPECT_EQ(count(entity::note), 4U);
}

TEST_F(ObserversTest, hear_nothing_after_their_subscription_ended) {
    std::vector<Difference> heard;
    { const Subscription subscription = observe(notes(), heard); }
    write(note(uid(900)));
    EXPECT_TRUE(heard.empty());

    // From within, too.
    auto own = std::make_unique<Subscription>();
    std::size_t calls = 0;
    *own = std::move(*engine_->observe(notes(), [&](const Difference&) {
        ++calls;
        own.reset();
    }));
    write(note(uid(901)));
    write(note(uid(902)));
    EXPECT_EQ(calls, 1U);
}

TEST_F(ObserversTest, a_subscription_may_outlive_its_engine) {
    std::vector<Difference> heard;
    const Subscription subscription = observe(notes(), heard);
    close();
}

TEST_F(ObserversTest, hear_everything_when_threads_write_at_once) {
    std::atomic<std::size_t> added = 0;
    {
        auto subscription = engine_->observe(
            notes(), [&](const Difference& difference) { added += difference.added.size(); });
        std::vector<std::thread> writers;
        for (int i = 0; i < 4; ++i)
            writers.emplace_back([&] {
                for (int n = 0; n < 20; ++n)
                    EXPECT_TRUE(engine_->write({note(engine_->new_uid())}).has_value());
            });
        for (std::thread& writer : writers) writer.join();
        EXPECT_EQ(added, 80U);
    }
    EXPECT_EQ(engine_->outbox().back().set.number, 80U);
}

}  // namespace
}  // namespace fieldsync::testing
