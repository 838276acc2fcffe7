// Stores that the server does not know as they are: copies, backups, and a server restored from one.
#include "device_test.hpp"

namespace fieldsync::testing {
namespace {

class RenumberTest : public DeviceTest {
  protected:
    void SetUp() override { begin_as_staff(); }
    std::vector<sync::ChangeSet> unsent() { return session().outbox(0, 1 << 20, 1000); }
};

TEST_F(RenumberTest, renumbering_gives_a_new_store_and_numbers_from_one) {
    std::vector<Uid> made;
    for (int i = 0; i < 5; ++i) made.push_back(write(note(Uid{})).change_set);
    session().store_receipts({receipt_of(made[0], 150, {world_.lead}), rejection_of(made[1], 151)});
    const Uid store = engine_->store();
    session().renumber();
    EXPECT_NE(engine_->store(), store);
    const auto sets = unsent();
    ASSERT_EQ(sets.size(), 3U);
    for (std::size_t i = 0; i < sets.size(); ++i) {
        EXPECT_EQ(sets[i].number, i + 1);
        EXPECT_EQ(sets[i].uid, made[i + 2]) << "uids are for good";
    }
    EXPECT_EQ(engine_->outbox().at(0).receipt->seq, Seq{150}) << "a receipt that waits is kept";
    write(note(Uid{}));
    EXPECT_EQ(unsent().back().number, 4U);
    EXPECT_EQ(count(entity::note), 5U);
    reopen();
    EXPECT_EQ(unsent().size(), 4U);
    session().renumber();
    EXPECT_EQ(unsent().back().number, 4U);
}

TEST_F(RenumberTest, renumbering_an_empty_outbox_begins_at_one) {
    const auto written = write(note(uid(900)));
    session().store_receipts({receipt_of(written.change_set, 150, {world_.lead})});
    session().renumber();
    write(note(uid(901)));
    EXPECT_EQ(unsent().at(0).number, 1U);
}

TEST_F(RenumberTest, a_resync_shows_what_is_here_until_it_is_replaced_and_drops_what_is_gone) {
    write(note(uid(900)));
    engine_->resync();
    EXPECT_EQ(session().cursor(), sync::Cursor{});
    EXPECT_TRUE(session().hello().unfinished.empty()) << "the server begins them anew";
    EXPECT_TRUE(is_there(entity::lead, world_.lead));
    EXPECT_TRUE(is_there(entity::note, uid(900)));
    EXPECT_TRUE(session().checksums().empty()) << "nothing to compare meanwhile";
    // Everything but the project is granted still.
    apply(ChunkOf(600).begin(world_.business, 600).part(world_.business, 600, world_.business_records(100)));
    apply(ChunkOf(600).begin(world_.lead, 600).part(world_.lead, 600, world_.lead_records(590)));
    apply(ChunkOf(600).begin(world_.client, 600).part(world_.client, 600, {world_.client_records(100)[0]}));
    EXPECT_TRUE(is_there(entity::project, world_.project));
    apply(ChunkOf(600).last());
    EXPECT_FALSE(is_there(entity::project, world_.project));
    EXPECT_FALSE(is_there(entity::requirement, world_.requirement));
    EXPECT_TRUE(is_there(entity::note, uid(900)));
    EXPECT_EQ(unsent().size(), 1U);
    EXPECT_EQ(session().checksums().size(), 3U);
}

TEST_F(RenumberTest, a_server_restored_from_a_backup_is_offered_again_what_it_forgot) {
    const Uid kept = write(note(uid(900))).change_set;       // took effect below the fork
    const Uid forgotten = write(note(uid(901))).change_set;  // and above
    const Uid waiting = write(note(uid(902))).change_set;    // has a receipt from above
    const Uid pending = write(note(uid(903))).change_set;
    session().store_receipts({receipt_of(kept, 110, {world_.lead}), receipt_of(forgotten, 120, {world_.lead}),
                              receipt_of(waiting, 130, {world_.lead})});
    const auto confirmed = [&](const Uid& uid, std::uint64_t seq) {
        Record record = *engine_->get({entity::note, uid});
        record.seq = Seq{seq};
        return record;
    };
    apply(ChunkOf(121).whole(confirmed(uid(900), 110), 110).whole(confirmed(uid(901), 120), 120).last());
    ASSERT_EQ(engine_->outbox().size(), 2U);

    const Uid store = engine_->store();
    engine_->resync(Seq{115});
    EXPECT_NE(engine_->store(), store);
    const auto sets = unsent();
    ASSERT_EQ(sets.size(), 3U);
    EXPECT_EQ(sets[0].uid, forgotten);
    EXPECT_EQ(sets[1].uid, waiting);
    EXPECT_EQ(sets[2].uid, pending);
    EXPECT_EQ(sets[0].number, 1U);
    EXPECT_EQ(sets[2].number, 3U);
    // The snapshot of the restored server lacks them: they are pending work again.
    apply(ChunkOf(115)
              .begin(world_.business, 115)
              .part(world_.business, 115, world_.business_records(100))
              .begin(world_.client, 115)
              .part(world_.client, 115, world_.client_records(100))
              .begin(world_.lead, 115)
              .part(world_.lead, 115, {world_.lead_records(100)[0], confirmed(uid(900), 110)})
              .last());
    for (std::uint16_t i = 900; i < 904; ++i) EXPECT_TRUE(is_there(entity::note, uid(i))) << i;
    EXPECT_EQ(engine_->get({entity::note, uid(901)})->seq, Seq{});
}

TEST_F(RenumberTest, what_took_effect_is_forgotten_after_a_fortnight) {
    const Uid made = write(note(uid(900))).change_set;
    session().store_receipts({receipt_of(made, 110, {world_.lead})});
    apply(ChunkOf(120).last());
    clock_.advance_ms(std::int64_t{15} * 24 * 3'600'000);
    apply(ChunkOf(121).last());
    engine_->resync(Seq{100});
    EXPECT_TRUE(unsent().empty());
}

}  // namespace
}  // namespace fieldsync::testing
