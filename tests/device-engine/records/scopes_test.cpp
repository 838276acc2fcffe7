// Scopes: snapshots staged and shown, evictions, moves, what wins.
#include "device_test.hpp"

namespace fieldsync::testing {
namespace {

using schema::Operation;

class ScopesTest : public DeviceTest {
  protected:
    void SetUp() override { begin_as_staff(); }

    Record note_record(const Uid& uid, std::uint64_t seq, std::string text = "x", const Uid& scope = {}) {
        const Uid lead = scope.is_nil() ? lead2_ : scope;
        return make_record(entity::note, uid, lead, seq,
                           {{field::note_lead, lead}, {field::note, std::move(text)}});
    }
    Record second_lead(std::uint64_t seq) {
        return make_record(entity::lead, lead2_, lead2_, seq,
                           {{field::lead_client, world_.client},
                            {field::lead_stage, world_.fresh},
                            {field::lead_assigned_to, world_.staff}},
                           88);
    }
    std::vector<sync::UnfinishedScope> unfinished() { return session().hello().unfinished; }
    Value text_of(const Uid& note) { return shown(entity::note, note, field::note); }

    const Uid lead2_ = uid(300);
    const Record client_ = world_.client_records(100)[0];
    const Record property_ = world_.business_records(100).back();
};

TEST_F(ScopesTest, a_snapshot_is_hidden_until_it_is_complete) {
    apply(ChunkOf(100).begin(lead2_, 100).part(lead2_, 100, {second_lead(90)}, false, "next"));
    EXPECT_FALSE(is_there(entity::lead, lead2_));
    EXPECT_FALSE(engine_->get(entity::lead, 88).has_value());
    EXPECT_EQ(engine_->status().scopes_unfinished, 1U);
    apply(ChunkOf(100).part(lead2_, 100, {note_record(uid(901), 91)}));
    EXPECT_TRUE(is_there(entity::lead, lead2_));
    EXPECT_TRUE(is_there(entity::note, uid(901)));
    EXPECT_TRUE(engine_->get(entity::lead, 88).has_value());
    EXPECT_EQ(engine_->status().scopes_unfinished, 0U);
}

TEST_F(ScopesTest, a_complete_snapshot_is_hidden_until_the_cursor_has_reached_it) {
    apply(ChunkOf(100).begin(lead2_, 110).part(lead2_, 115, {second_lead(112)}));
    EXPECT_FALSE(is_there(entity::lead, lead2_));
    apply(ChunkOf(114));
    EXPECT_FALSE(is_there(entity::lead, lead2_));
    apply(ChunkOf(115));
    EXPECT_TRUE(is_there(entity::lead, lead2_));
}

TEST_F(ScopesTest, a_snapshot_goes_on_after_a_break) {
    apply(ChunkOf(100).begin(lead2_, 105).part(lead2_, 105, {second_lead(90)}, false, "page 2"));
    reopen();
    ASSERT_EQ(unfinished().size(), 1U);
    EXPECT_EQ(unfinished()[0], (sync::UnfinishedScope{lead2_, Seq{105}, "page 2"}));
    EXPECT_FALSE(is_there(entity::lead, lead2_));
    apply(ChunkOf(105).part(lead2_, 105, {note_record(uid(901), 91)}));
    EXPECT_TRUE(is_there(entity::lead, lead2_));
    EXPECT_TRUE(is_there(entity::note, uid(901)));
    EXPECT_TRUE(unfinished().empty());
}

TEST_F(ScopesTest, in_a_snapshot_the_higher_seq_wins_whichever_comes_first) {
    apply(ChunkOf(100)
              .begin(lead2_, 100)
              .part(lead2_, 100, {second_lead(90), note_record(uid(901), 91, "old")}, false));
    apply(ChunkOf(110)
              .whole(note_record(uid(901), 110, "new"), 110)
              .whole(note_record(uid(902), 109, "log"), 109));
    apply(ChunkOf(110).part(lead2_, 110,
                            {note_record(uid(901), 91, "old"), note_record(uid(902), 110, "snapshot")}));
    EXPECT_EQ(text_of(uid(901)), Value{"new"});
    EXPECT_EQ(text_of(uid(902)), Value{"snapshot"});
}

TEST_F(ScopesTest, in_a_snapshot_that_comes_whole_the_higher_seq_wins_too) {
    apply(ChunkOf(110)
              .begin(lead2_, 100)
              .whole(note_record(uid(901), 110, "new"), 110)
              .part(lead2_, 100, {second_lead(90), note_record(uid(901), 91, "old")}));
    EXPECT_EQ(text_of(uid(901)), Value{"new"});
}

TEST_F(ScopesTest, the_log_of_a_filling_scope_is_followed_out_of_sight) {
    apply(ChunkOf(100)
              .begin(lead2_, 100)
              .part(lead2_, 100, {second_lead(90), note_record(uid(901), 91)}, false));
    apply(ChunkOf(110)
              .remove(note_record(uid(901), 91), 110)
              .whole(note_record(uid(902), 110, "made since"), 110)
              .update(note_record(uid(903), 0), 110, {{field::note, "not read yet"}}));
    EXPECT_EQ(count(entity::note), 0U);
    apply(ChunkOf(112).part(lead2_, 112, {note_record(uid(903), 110, "read now")}));
    EXPECT_FALSE(is_there(entity::note, uid(901)));
    EXPECT_EQ(text_of(uid(902)), Value{"made since"});
    EXPECT_EQ(text_of(uid(903)), Value{"read now"});
    EXPECT_EQ(engine_->status().ignored_changes, 0U);
}

TEST_F(ScopesTest, log_changes_of_shown_scopes) {
    apply(ChunkOf(110).update(client_, 110, {{field::first_name, "Rina"}, {field::address, Value{}}}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
    EXPECT_EQ(shown(entity::client, world_.client, field::last_name), Value{"Rao"})
        << "an update merges its fields";
    // Whole replaces.
    Record whole = client_;
    whole.fields.erase(field::address);
    apply(ChunkOf(111).whole(whole, 111));
    EXPECT_EQ(engine_->get({entity::client, world_.client})->fields, whole.fields);
    // Older ones are left aside.
    apply(ChunkOf(112).update(client_, 105, {{field::first_name, "Old"}}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rita"});
    EXPECT_EQ(engine_->status().ignored_changes, 0U);
    // An update of what is not here, and anything of a scope that is not, is counted.
    apply(ChunkOf(113).update(note_record(uid(950), 0, "x", world_.lead), 113, {{field::note, "?"}}));
    apply(ChunkOf(114).whole(note_record(uid(951), 0), 114));
    EXPECT_EQ(count(entity::note), 0U);
    EXPECT_EQ(engine_->status().ignored_changes, 2U);
}

TEST_F(ScopesTest, one_change_set_may_change_a_record_twice) {
    apply(ChunkOf(110)
              .update(client_, 110, {{field::first_name, "Rina"}})
              .update(client_, 110, {{field::last_name, "Roy"}}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
    EXPECT_EQ(shown(entity::client, world_.client, field::last_name), Value{"Roy"});
}

TEST_F(ScopesTest, a_chunk_twice_is_a_chunk_once) {
    const sync::Chunk chunk = ChunkOf(110)
                                  .update(client_, 110, {{field::first_name, "Rina"}})
                                  .whole(note_record(uid(901), 0, "x", world_.lead), 110)
                                  .last();
    apply(chunk);
    const auto once = session().checksums();
    apply(chunk);
    EXPECT_EQ(session().checksums(), once);
}

TEST_F(ScopesTest, the_cursor_never_goes_back) {
    apply(ChunkOf(110));
    apply(ChunkOf(105));
    EXPECT_EQ(session().cursor(), (sync::Cursor{Seq{110}, 110'007}));
    reopen();
    EXPECT_EQ(session().hello().cursor.seq, Seq{110});
}

TEST_F(ScopesTest, a_record_that_moves_is_gone_in_one_scope_and_whole_in_the_other) {
    Record moved = property_;
    moved.scope = schema::admins_scope(world_.business);
    moved.fields.set(field::property_status, "draft");
    // Staff lose it.
    apply(ChunkOf(110).gone(property_, world_.business, 110));
    EXPECT_FALSE(is_there(entity::property, world_.property));
    // Who has both scopes keeps it, in either order.
    apply(ChunkOf(111).begin(moved.scope, 111).part(moved.scope, 111, {}));
    apply(ChunkOf(112).whole(property_, 112));
    apply(ChunkOf(113).whole(moved, 113).gone(property_, world_.business, 113));
    EXPECT_EQ(engine_->get({entity::property, world_.property})->scope, moved.scope);
    apply(ChunkOf(114).gone(property_, moved.scope, 114).whole(property_, 114));
    EXPECT_EQ(engine_->get({entity::property, world_.property})->scope, world_.business);
}

TEST_F(ScopesTest, a_record_that_moves_into_a_filling_scope_waits_there) {
    apply(ChunkOf(100).begin(lead2_, 100).part(lead2_, 100, {second_lead(90)}, false));
    const Record here = note_record(uid(901), 101, "n", world_.lead);
    apply(ChunkOf(101).whole(here, 101));
    apply(ChunkOf(110).gone(here, world_.lead, 110).whole(note_record(uid(901), 110, "n"), 110));
    EXPECT_FALSE(is_there(entity::note, uid(901)));
    apply(ChunkOf(110).part(lead2_, 110, {}));
    EXPECT_EQ(engine_->get({entity::note, uid(901)})->scope, lead2_);
}

TEST_F(ScopesTest, an_evicted_scope_leaves_with_all_its_records) {
    apply(ChunkOf(110).whole(note_record(uid(901), 0, "x", world_.lead), 110));
    apply(ChunkOf(111).evict(world_.lead));
    EXPECT_FALSE(is_there(entity::lead, world_.lead));
    EXPECT_FALSE(is_there(entity::note, uid(901)));
    EXPECT_FALSE(engine_->get(entity::lead, 8).has_value());
    for (const auto& sum : session().checksums()) EXPECT_NE(sum.scope, world_.lead);
}

TEST_F(ScopesTest, an_evicted_filling_scope_leaves_no_trace) {
    apply(ChunkOf(100).begin(lead2_, 100).part(lead2_, 100, {second_lead(90)}, false));
    apply(ChunkOf(101).evict(lead2_));
    EXPECT_TRUE(unfinished().empty());
    apply(ChunkOf(102).part(lead2_, 102, {note_record(uid(901), 91)}));
    EXPECT_FALSE(is_there(entity::lead, lead2_));
    EXPECT_EQ(engine_->status().ignored_changes, 1U);
}

TEST_F(ScopesTest, eviction_hides_pending_work_and_keeps_its_content) {
    write(note(uid(900)));
    write(update_of(entity::lead, world_.lead, {{field::lead_stage, world_.talking}}));
    apply(ChunkOf(110).evict(world_.lead));
    EXPECT_EQ(count(entity::note), 0U);
    EXPECT_EQ(count(entity::activity), 0U);
    EXPECT_EQ(count(entity::stage_history), 0U);
    EXPECT_FALSE(is_there(entity::lead, world_.lead));
    ASSERT_EQ(session().outbox(0, 1 << 20, 10).size(), 2U);
    EXPECT_EQ(*session().outbox(0, 1 << 20, 10)[0].changes[0].get(field::note), Value{"called"});
    reopen();
    EXPECT_EQ(count(entity::note), 0U);
    // Granted once more: the work is on top again.
    apply(ChunkOf(120).begin(world_.lead, 120).part(world_.lead, 120, world_.lead_records(100)));
    EXPECT_TRUE(is_there(entity::note, uid(900)));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_stage), Value{world_.talking});
}

TEST_F(ScopesTest, an_evicted_root_does_not_come_back_by_its_own_pending_insert) {
    const Uid client = engine_->new_uid();
    const auto written = write(insert_of(entity::client, client,
                                         {{field::first_name, "Ann"},
                                          {field::last_name, "Lee"},
                                          {field::mobile, "9000000000"},
                                          {field::channel, world_.channel},
                                          {field::interest, "buy"}}));
    Record record = *engine_->get({entity::client, client});
    record.seq = Seq{110};
    apply(ChunkOf(110).begin(client, 110).part(client, 110, {record}));
    EXPECT_TRUE(is_there(entity::client, client));
    apply(ChunkOf(111).evict(client));  // given to somebody else, and the receipt is still on its way
    EXPECT_FALSE(is_there(entity::client, client));
    session().store_receipts({receipt_of(written.change_set, 110, {client})});
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_FALSE(is_there(entity::client, client));
}

TEST_F(ScopesTest, a_scope_begun_again_is_shown_meanwhile_and_replaced_when_complete) {
    apply(ChunkOf(110)
              .whole(note_record(uid(901), 0, "stays", world_.lead), 110)
              .whole(note_record(uid(902), 0, "vanishes", world_.lead), 110));
    // The server's log begins above the cursor: snapshots from 500 on.
    Record lead = world_.lead_records(480)[0];
    lead.fields.set(field::lead_stage, world_.talking);
    apply(ChunkOf(110).begin(world_.lead, 500).part(world_.lead, 500, {lead}, false));
    EXPECT_TRUE(is_there(entity::note, uid(902)));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_stage), Value{world_.fresh})
        << "no half of it is seen";
    apply(ChunkOf(500).part(world_.lead, 500, {note_record(uid(901), 110, "stays", world_.lead)}));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_stage), Value{world_.talking});
    EXPECT_TRUE(is_there(entity::note, uid(901)));
    EXPECT_FALSE(is_there(entity::note, uid(902)));
}

TEST_F(ScopesTest, a_scope_begun_again_above_the_cursor_is_frozen_until_it_is_complete) {
    apply(ChunkOf(110).begin(world_.client, 500));
    Record newer = world_.client_records(510)[0];
    newer.fields.set(field::first_name, "Newer");
    apply(ChunkOf(510).whole(newer, 510));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rita"})
        << "what lies between the cursor and the snapshot is not here";
    apply(ChunkOf(511).part(world_.client, 511, {world_.client_records(480)[1]}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Newer"});
}

TEST_F(ScopesTest, pending_work_stays_on_top_of_a_scope_begun_again) {
    const auto written = write(note(uid(900)));
    session().store_receipts({receipt_of(written.change_set, 450, {world_.lead})});
    apply(ChunkOf(110).begin(world_.lead, 500).part(world_.lead, 500, world_.lead_records(100), false));
    apply(ChunkOf(500));
    EXPECT_EQ(engine_->outbox().size(), 1U) << "what is shown is older than the receipt";
    EXPECT_TRUE(is_there(entity::note, uid(900)));
    apply(ChunkOf(501).part(world_.lead, 500, {note_record(uid(900), 450, "called", world_.lead)}));
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_EQ(engine_->get({entity::note, uid(900)})->seq, Seq{450});
}

TEST_F(ScopesTest, a_scope_sent_again_after_verify_follows_the_log_meanwhile) {
    session().resend_scopes({world_.client});
    ASSERT_EQ(unfinished().size(), 1U);
    EXPECT_EQ(unfinished()[0], (sync::UnfinishedScope{world_.client, Seq{100}, ""}));
    apply(ChunkOf(110).update(client_, 110, {{field::first_name, "Rina"}}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
    // The snapshot wins, whatever seq the wrong record has.
    Record right = world_.client_records(90)[0];
    right.fields.set(field::first_name, "Right");
    apply(ChunkOf(111).part(world_.client, 111, {right}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Right"});
    EXPECT_FALSE(is_there(entity::requirement, world_.requirement));
    EXPECT_TRUE(unfinished().empty());
}

TEST_F(ScopesTest, a_scope_that_never_came_is_fetched_when_verify_names_it) {
    session().resend_scopes({lead2_});
    ASSERT_EQ(unfinished().size(), 1U);
    EXPECT_EQ(unfinished()[0].scope, lead2_);
    apply(ChunkOf(111).part(lead2_, 111, {second_lead(90)}));
    EXPECT_TRUE(unfinished().empty());
    EXPECT_TRUE(is_there(entity::lead, lead2_));
}

TEST_F(ScopesTest, checksums_are_of_the_confirmed_versions) {
    const auto before = session().checksums();
    EXPECT_EQ(before.size(), 5U);
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    write(note(uid(900)));
    EXPECT_EQ(session().checksums(), before);
    apply(ChunkOf(110).update(client_, 110, {{field::last_name, "Roy"}}));
    EXPECT_NE(session().checksums(), before);
    apply(ChunkOf(111).begin(lead2_, 111).part(lead2_, 111, {second_lead(90)}, false));
    EXPECT_EQ(session().checksums().size(), 5U) << "only shown scopes";
}

TEST_F(ScopesTest, fields_and_values_of_a_newer_schema_are_kept) {
    const FieldNumber unknown{240};
    Record newer = client_;
    newer.fields.set(unknown, Value{"from the future"});
    newer.fields.set(field::interest, Value{"barter"});
    apply(ChunkOf(110).whole(newer, 110));
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    const auto record = engine_->get({entity::client, world_.client});
    EXPECT_EQ(record->fields.text(unknown), "from the future");
    EXPECT_EQ(record->fields.text(field::interest), "barter");
    apply(
        ChunkOf(111)
            .begin(uid(700), 111)
            .part(uid(700), 111,
                  {make_record(schema::EntityNumber{61}, uid(701), uid(700), 111, {{unknown, Value{"x"}}})}));
    EXPECT_TRUE(is_there(schema::EntityNumber{61}, uid(701)));
}

// Simulation seed 5: after the server was restored it gives ids anew.
TEST_F(ScopesTest, an_id_given_anew_stays_with_who_has_it_when_the_older_record_goes) {
    const Record older = note_record(uid(901), 101, "older", world_.lead);
    const Record newer = note_record(uid(902), 102, "newer", world_.lead);
    for (Record record : {older, newer}) {
        record.id = 55;
        apply(ChunkOf(schema::number(record.seq)).whole(record, schema::number(record.seq)));
    }
    apply(ChunkOf(103).remove(older, 103));
    const auto found = engine_->get(entity::note, 55);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->uid, uid(902));
}

// Simulation seed 64: staff with pending work become admins.
TEST_F(ScopesTest, who_holds_everything_sees_new_work_in_a_scope_that_was_evicted_from_him) {
    write(update_of(entity::requirement, world_.requirement, {{field::requirement_notes, "pending"}}));
    const Record client = *engine_->get({entity::client, world_.client});
    const Record requirement = world_.client_records(100)[1];
    apply(ChunkOf(110).begin(Uid{}, 110).evict(world_.client).part(Uid{}, 110, {client, requirement}));
    EXPECT_EQ(shown(entity::requirement, world_.requirement, field::requirement_notes), Value{"pending"});
    write(insert_of(entity::requirement, uid(903),
                    {{field::requirement_client, world_.client}, {field::requirement_interest, "buy"}}));
    EXPECT_TRUE(is_there(entity::requirement, uid(903)));
}

// --- a resync after which somebody holds everything, or no longer does

using ResyncTest = DeviceTest;

TEST_F(ResyncTest, of_an_admin_who_is_staff_by_now_keeps_what_came) {
    begin_as_admin();
    engine_->resync();
    const Record lead = make_record(entity::lead, uid(300), uid(300), 150,
                                    {{field::lead_client, world_.client},
                                     {field::lead_stage, world_.fresh},
                                     {field::lead_assigned_to, world_.staff}});
    apply(ChunkOf(200).begin(uid(300), 200).part(uid(300), 200, {lead}).last());
    EXPECT_TRUE(is_there(entity::lead, uid(300)));
    EXPECT_FALSE(is_there(entity::client, world_.client));
}

TEST_F(ResyncTest, of_staff_who_are_admins_by_now_keeps_what_came) {
    begin_as_staff();
    const Record lead = *engine_->get({entity::lead, world_.lead});
    engine_->resync();
    apply(ChunkOf(200).begin(Uid{}, 200).part(Uid{}, 200, {lead}).last());
    EXPECT_TRUE(is_there(entity::lead, world_.lead));
    EXPECT_FALSE(is_there(entity::client, world_.client));
}

TEST_F(ResyncTest, of_staff_who_are_admins_by_now_follows_the_log_meanwhile) {
    begin_as_staff();
    Record lead = *engine_->get({entity::lead, world_.lead});
    engine_->resync();
    apply(ChunkOf(200).begin(Uid{}, 200));
    lead.seq = Seq{210};
    lead.fields.set(field::lead_assigned_to, world_.other_staff);
    apply(ChunkOf(210).whole(lead, 210));
    lead.seq = Seq{150};
    lead.fields.set(field::lead_assigned_to, world_.staff);
    apply(ChunkOf(211).part(Uid{}, 211, {lead}).last());
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_assigned_to), Value{world_.other_staff});
}

}  // namespace
}  // namespace fieldsync::testing
