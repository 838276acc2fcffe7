// How change-sets leave the outbox: when they end, and the rejected box.
#include <map>

#include "device_test.hpp"
#include "engine/session.hpp"

namespace fieldsync::testing {
namespace {

using device::ErrorCode;

class ReceiptsTest : public DeviceTest {
  protected:
    void SetUp() override { begin_as_staff(); }

    Record lead_ = world_.lead_records(100)[0];
    Record client_ = world_.client_records(100)[0];

    device::LocalWrite new_client(const Uid& uid) {
        return write(insert_of(entity::client, uid,
                               {{field::first_name, "Ann"},
                                {field::last_name, "Lee"},
                                {field::mobile, "9000000000"},
                                {field::channel, world_.channel},
                                {field::interest, "buy"}}));
    }
    // As the server would have made it.
    Record confirmed(schema::EntityNumber entity, const Uid& uid, std::uint64_t seq, std::int64_t id) {
        Record record = *engine_->get({entity, uid});
        record.seq = Seq{seq};
        record.id = id;
        return record;
    }
};

// What the server writes for notes on one lead, `per_chunk` of them in a chunk.
class ManyNotes : public ReceiptsTest {
  protected:
    static constexpr std::uint64_t kNotes = 200;

    void SetUp() override {
        ReceiptsTest::SetUp();
        for (std::uint16_t n = 0; n < kNotes; ++n) write(note(uid(static_cast<std::uint16_t>(1000 + n))));
        const auto activities = engine_->query({.entity = entity::activity});
        for (const Record& record : activities->records)
            activities_[record.fields.integer(schema::number_of<schema::activity_fields>("created_at"))] =
                record;
        for (const device::OutboxItem& item : engine_->outbox()) sets_.push_back(item.set);
    }
    void hear_receipts(std::uint64_t first, std::uint64_t count) {
        std::vector<sync::Receipt> receipts;
        for (std::uint64_t n = first; n < first + count; ++n)
            receipts.push_back(receipt_of(sets_.at(n).uid, 101 + n, {world_.lead}));
        session().store_receipts(receipts);
    }
    void pull(std::uint64_t first, std::uint64_t count) {
        ChunkOf chunk(100 + first + count);
        for (std::uint64_t n = first; n < first + count; ++n) {
            const sync::ChangeSet& set = sets_.at(n);
            const Uid uid = set.changes.at(0).uid;
            chunk.whole(confirmed(entity::note, uid, 101 + n, static_cast<std::int64_t>(1000 + n)), 101 + n);
            chunk.whole(activities_.at(set.made_at_us), 101 + n);
            chunk.update(lead_, 101 + n, {{field::last_activity_at, set.made_at_us}});
        }
        apply(chunk);
    }
    [[nodiscard]] std::uint64_t replays() { return dynamic_cast<device::Session&>(session()).replays(); }

    std::vector<sync::ChangeSet> sets_;
    std::map<std::int64_t, Record> activities_;
};

TEST_F(ManyNotes, on_one_lead_are_not_applied_anew_when_the_server_says_what_was_forecast) {
    const Value last = shown(entity::lead, world_.lead, field::last_activity_at);
    hear_receipts(0, kNotes);
    for (std::uint64_t n = 0; n < kNotes; n += 5) {
        pull(n, 5);
        ASSERT_EQ(shown(entity::lead, world_.lead, field::last_activity_at), last);
        ASSERT_EQ(engine_->get({entity::lead, world_.lead})->seq, Seq{105 + n});
        ASSERT_EQ(engine_->status().pending, kNotes - 5 - n);
    }
    EXPECT_EQ(replays(), 0U);
}

TEST_F(ManyNotes, on_one_lead_are_applied_anew_once_when_others_were_there) {
    hear_receipts(0, kNotes);
    pull(0, 5);
    const std::int64_t later = sets_.back().made_at_us + 60'000'000;
    sync::Chunk others = ChunkOf(105).update(lead_, 105, {{field::last_activity_at, later}});
    apply(others);
    EXPECT_EQ(shown(entity::lead, world_.lead, field::last_activity_at), Value{later});
    EXPECT_EQ(replays(), kNotes - 5);
}

TEST_F(ManyNotes, follow_what_the_server_made_of_those_before_them) {
    hear_receipts(0, 5);
    const std::int64_t later = sets_.back().made_at_us + 60'000'000;
    ChunkOf chunk(105);
    chunk.update(lead_, 105, {{field::last_activity_at, later}});
    apply(chunk);
    EXPECT_EQ(engine_->status().pending, kNotes - 5);
    EXPECT_EQ(shown(entity::lead, world_.lead, field::last_activity_at), Value{later});
    EXPECT_EQ(count(entity::note), kNotes - 5) << "the server has not made these";
}

TEST_F(ReceiptsTest, a_change_set_with_a_receipt_is_not_pushed_and_still_on_top) {
    const auto written = write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    EXPECT_EQ(session().outbox(0, 1 << 20, 10).size(), 1U);
    session().store_receipts({receipt_of(written.change_set, 130, {world_.client})});
    EXPECT_TRUE(session().outbox(0, 1 << 20, 10).empty());
    EXPECT_EQ(engine_->outbox().at(0).receipt->seq, Seq{130});
    EXPECT_EQ(engine_->status().pending, 1U);
    EXPECT_EQ(engine_->status().unsent, 0U);
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
}

TEST_F(ReceiptsTest, ends_when_the_cursor_reaches_its_seq) {
    const auto written = write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    session().store_receipts({receipt_of(written.change_set, 130, {world_.client})});
    apply(ChunkOf(129));
    EXPECT_EQ(engine_->outbox().size(), 1U);
    apply(ChunkOf(130).update(client_, 130, {{field::first_name, "Rina"}}));
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
    EXPECT_EQ(engine_->get({entity::client, world_.client})->seq, Seq{130});
}

TEST_F(ReceiptsTest, ends_with_the_receipt_when_the_cursor_is_there_already) {
    const auto written = write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    apply(ChunkOf(130).update(client_, 130,
                              {{field::first_name, "Rosa"}}));  // merged: somebody else's value won
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
    session().store_receipts({receipt_of(written.change_set, 130, {world_.client})});
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rosa"});
}

TEST_F(ReceiptsTest, does_not_end_before_the_scopes_it_names_are_shown) {
    const Uid client = engine_->new_uid();
    const auto written = new_client(client);
    Record record = confirmed(entity::client, client, 130, 50);
    session().store_receipts({receipt_of(written.change_set, 130, {client})});
    apply(ChunkOf(130).begin(client, 130).part(client, 130, {}, false));
    EXPECT_EQ(engine_->outbox().size(), 1U) << "the scope is not shown yet";
    EXPECT_TRUE(is_there(entity::client, client)) << "and so the record must not flicker away";
    EXPECT_EQ(engine_->get({entity::client, client})->seq, Seq{});
    apply(ChunkOf(130).part(client, 130, {record}));
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_EQ(engine_->get({entity::client, client})->seq, Seq{130});
}

TEST_F(ReceiptsTest, provisional_effects_in_a_new_scope_stay_until_it_is_shown) {
    const Uid requirement = engine_->new_uid();
    const Uid lead = schema::effect_uid(requirement, {}, "lead");
    const auto written =
        write(insert_of(entity::requirement, requirement,
                        {{field::requirement_client, world_.client}, {field::requirement_interest, "buy"}}));
    const Record confirmed_requirement = confirmed(entity::requirement, requirement, 130, 51);
    const Record confirmed_lead = confirmed(entity::lead, lead, 130, 52);
    session().store_receipts({receipt_of(written.change_set, 130, {world_.client, lead})});
    // The client's scope brings the requirement before the lead's scope is there.
    apply(ChunkOf(130).begin(lead, 130).whole(confirmed_requirement, 130));
    EXPECT_EQ(engine_->get({entity::requirement, requirement})->seq, Seq{130});
    EXPECT_TRUE(is_there(entity::lead, lead));
    apply(ChunkOf(131).part(lead, 130, {confirmed_lead}));
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_EQ(engine_->get({entity::lead, lead})->id, 52);
}

TEST_F(ReceiptsTest, ends_when_a_scope_it_names_is_evicted_or_was_never_granted) {
    const auto first = write(note(uid(900)));
    const auto second = write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    session().store_receipts({receipt_of(first.change_set, 130, {world_.lead}),
                              receipt_of(second.change_set, 131, {world_.client, uid(999)})});
    apply(ChunkOf(131).evict(world_.lead));
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_FALSE(is_there(entity::note, uid(900)));
}

TEST_F(ReceiptsTest, values_never_flicker_back_while_receipts_and_chunks_cross) {
    const auto first = write(update_of(entity::client, world_.client, {{field::first_name, "A"}}));
    const auto second = write(update_of(entity::client, world_.client, {{field::first_name, "B"}}));
    auto always_b = [&] { EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"B"}); };
    session().store_receipts({receipt_of(first.change_set, 130, {world_.client})});
    always_b();
    apply(ChunkOf(130).update(client_, 130, {{field::first_name, "A"}}));
    always_b();
    apply(ChunkOf(131).update(client_, 131, {{field::first_name, "B"}}));
    always_b();
    session().store_receipts({receipt_of(second.change_set, 131, {world_.client})});
    always_b();
    EXPECT_TRUE(engine_->outbox().empty());
}

TEST_F(ReceiptsTest, ids_are_known_at_once_and_stay_over_rebasing) {
    const auto written = write(note(uid(900)));
    EXPECT_FALSE(engine_->get(entity::note, 70).has_value());
    session().store_receipts({receipt_of(written.change_set, 130, {world_.lead}, {{uid(900), 70}})});
    ASSERT_TRUE(engine_->get(entity::note, 70).has_value());
    EXPECT_EQ(engine_->get(entity::note, 70)->uid, uid(900));
    apply(ChunkOf(120).update(lead_, 120, {{field::last_activity_at, std::int64_t{1}}}));
    EXPECT_EQ(engine_->get({entity::note, uid(900)})->id, 70);
}

TEST_F(ReceiptsTest, the_first_receipt_is_the_answer_for_good) {
    const auto written = write(note(uid(900)));
    session().store_receipts({receipt_of(written.change_set, 130, {world_.lead})});
    session().store_receipts({rejection_of(written.change_set, 131), rejection_of(uid(999), 131)});
    EXPECT_EQ(engine_->outbox().at(0).receipt->seq, Seq{130});
    EXPECT_TRUE(engine_->rejected().empty());
}

TEST_F(ReceiptsTest, a_rejected_change_set_is_undone_and_kept_whole) {
    const auto written = write(note(uid(900), "lost?"));
    session().store_receipts({rejection_of(written.change_set, 130, "not_assigned")});
    EXPECT_FALSE(is_there(entity::note, uid(900)));
    EXPECT_EQ(count(entity::activity), 0U) << "its effects are undone as well";
    EXPECT_TRUE(engine_->outbox().empty());
    const auto box = engine_->rejected();
    ASSERT_EQ(box.size(), 1U);
    EXPECT_EQ(box[0].receipt.code, "not_assigned");
    EXPECT_EQ(*box[0].set.changes[0].get(field::note), Value{"lost?"});
    EXPECT_EQ(engine_->status().rejected, 1U);
    reopen();
    EXPECT_EQ(engine_->rejected().size(), 1U);
}

TEST_F(ReceiptsTest, a_rejection_leaves_later_changes_of_the_same_record_on_top) {
    const auto first =
        write(update_of(entity::client, world_.client, {{field::first_name, "A"}, {field::last_name, "A"}}));
    write(update_of(entity::client, world_.client, {{field::first_name, "B"}}));
    session().store_receipts({rejection_of(first.change_set, 130)});
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"B"});
    EXPECT_EQ(shown(entity::client, world_.client, field::last_name), Value{"Rao"});
}

TEST_F(ReceiptsTest, what_depends_on_a_rejected_insert_stays_pending_out_of_sight) {
    const Uid client = engine_->new_uid();
    const auto first = new_client(client);
    write(insert_of(entity::requirement, uid(900),
                    {{field::requirement_client, client}, {field::requirement_interest, "rent"}}));
    write(update_of(entity::client, client, {{field::first_name, "Anna"}}));
    session().store_receipts({rejection_of(first.change_set, 130)});
    EXPECT_FALSE(is_there(entity::client, client));
    EXPECT_FALSE(is_there(entity::requirement, uid(900)));
    EXPECT_EQ(count(entity::lead), 1U) << "the world's own";
    EXPECT_EQ(engine_->outbox().size(), 2U);
    EXPECT_EQ(session().outbox(0, 1 << 20, 10).size(), 2U);
}

TEST_F(ReceiptsTest, a_rejected_change_set_can_be_dropped) {
    const auto written = write(note(uid(900)));
    session().store_receipts({rejection_of(written.change_set, 130)});
    EXPECT_TRUE(engine_->drop_rejected(written.change_set).has_value());
    EXPECT_TRUE(engine_->rejected().empty());
    EXPECT_EQ(engine_->drop_rejected(written.change_set).error().code, ErrorCode::not_found);
    EXPECT_EQ(engine_->resend_rejected(written.change_set).error().code, ErrorCode::not_found);
}

TEST_F(ReceiptsTest, a_rejected_change_set_can_be_sent_again_as_a_new_one_made_now) {
    const auto written =
        write(update_of(entity::requirement, world_.requirement,
                        {{field::requirement_notes, "near school\nhigh floor\nparking\ngarden"}}));
    session().store_receipts({rejection_of(written.change_set, 130)});
    apply(
        ChunkOf(130).update(world_.client_records(100)[1], 130, {{field::requirement_notes, "near school"}}));
    clock_.advance_ms(1000);
    const auto again = engine_->resend_rejected(written.change_set);
    ASSERT_TRUE(again.has_value());
    EXPECT_NE(again->change_set, written.change_set);
    EXPECT_TRUE(engine_->rejected().empty());
    const auto set = engine_->outbox().at(0).set;
    EXPECT_EQ(set.number, 2U);
    EXPECT_EQ(set.made_at_us, clock_.now_us());
    EXPECT_EQ(set.changes[0].fields[0].base, Seq{130});
    EXPECT_EQ(set.changes[0].fields[0].base_text, "near school");
}

TEST_F(ReceiptsTest, sending_again_what_cannot_be_done_leaves_it_in_the_box) {
    const auto written = write(note(uid(900)));
    session().store_receipts({rejection_of(written.change_set, 130)});
    apply(ChunkOf(130).evict(world_.lead));
    EXPECT_EQ(engine_->resend_rejected(written.change_set).error().code, ErrorCode::refused);
    EXPECT_EQ(engine_->rejected().size(), 1U);
}

TEST_F(ReceiptsTest, pushes_come_in_order_and_within_limits) {
    std::vector<Uid> made;
    for (int i = 0; i < 10; ++i) made.push_back(write(note(Uid{}, std::string(1000, 'x'))).change_set);
    const auto first = session().outbox(0, 3500, 100);
    ASSERT_EQ(first.size(), 3U);
    EXPECT_EQ(first[0].uid, made[0]);
    EXPECT_EQ(session().outbox(3, 1 << 20, 2).at(0).number, 4U);
    EXPECT_EQ(session().outbox(3, 1 << 20, 2).size(), 2U);
    EXPECT_EQ(session().outbox(3, 0, 100).size(), 1U) << "one at least, however large";
    EXPECT_TRUE(session().outbox(10, 1 << 20, 100).empty());
    const auto page = engine_->outbox(made[3], 2);
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].set.uid, made[4]);
}

}  // namespace
}  // namespace fieldsync::testing
