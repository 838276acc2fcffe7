// Pending changes over new confirmed versions, policy by policy; effects provisional and computed anew.
#include "device_test.hpp"

namespace fieldsync::testing {
namespace {

using schema::StringSet;

class RebaseTest : public DeviceTest {
  protected:
    void SetUp() override { begin_as_admin(); }
    const Record property_ = world_.business_records(100).back();
    const Record client_ = world_.client_records(100)[0];
    const Record requirement_ = world_.client_records(100)[1];
    const Record lead_ = world_.lead_records(100)[0];
    const Record project_ = world_.project_records(100)[0];
    const Record phase_ = world_.project_records(100)[2];
    const Record notice_ = world_.staff_records(100)[0];
};

TEST_F(RebaseTest, different_fields_both_survive) {
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    apply(ChunkOf(120).update(client_, 120, {{field::last_name, "Roy"}}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
    EXPECT_EQ(shown(entity::client, world_.client, field::last_name), Value{"Roy"});
    EXPECT_EQ(engine_->get({entity::client, world_.client})->seq, Seq{120});
}

TEST_F(RebaseTest, last_writer_keeps_the_pending_value_on_top) {
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    apply(ChunkOf(120).update(client_, 120, {{field::first_name, "Rosa"}}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
}

TEST_F(RebaseTest, max_shows_the_larger_value) {
    write(update_of(entity::phase, world_.phase, {{field::progress, std::int64_t{50}}}));
    apply(ChunkOf(120).update(phase_, 120, {{field::progress, std::int64_t{40}}}));
    EXPECT_EQ(shown(entity::phase, world_.phase, field::progress), Value{std::int64_t{50}});
    apply(ChunkOf(121).update(phase_, 121, {{field::progress, std::int64_t{60}}}));
    EXPECT_EQ(shown(entity::phase, world_.phase, field::progress), Value{std::int64_t{60}});
}

TEST_F(RebaseTest, a_smaller_value_that_nobody_contradicts_is_shown) {
    write(update_of(entity::phase, world_.phase, {{field::progress, std::int64_t{50}}}));
    write(update_of(entity::phase, world_.phase, {{field::progress, std::int64_t{30}}}));
    EXPECT_EQ(shown(entity::phase, world_.phase, field::progress), Value{std::int64_t{30}});
    // The server has the first of the two, and nothing but.
    const auto first = engine_->outbox()[0].set.uid;
    apply(ChunkOf(120).update(phase_, 120,
                              {{field::progress, std::int64_t{50}}, {field::phase_status, "in_progress"}}));
    EXPECT_EQ(shown(entity::phase, world_.phase, field::progress), Value{std::int64_t{30}});
    session().store_receipts({receipt_of(first, 120, {world_.project})});
    EXPECT_EQ(engine_->outbox().size(), 1U);
    EXPECT_EQ(shown(entity::phase, world_.phase, field::progress), Value{std::int64_t{30}});
}

TEST_F(RebaseTest, once_true_stays_true) {
    ASSERT_TRUE(engine_->sign_in(world_.staff_account()).has_value());
    apply(world_.everything(100));
    write(update_of(entity::notification, world_.notice, {{field::is_read, true}}));
    apply(ChunkOf(120).update(notice_, 120, {{field::is_read, false}, {field::notice_title, "Hi"}}));
    EXPECT_EQ(shown(entity::notification, world_.notice, field::is_read), Value{true});
    EXPECT_EQ(shown(entity::notification, world_.notice, field::notice_title), Value{"Hi"});
}

TEST_F(RebaseTest, a_confirmed_closing_stays_over_a_pending_open_move) {
    write(update_of(entity::lead, world_.lead, {{field::lead_stage, world_.talking}}));
    apply(ChunkOf(120).update(lead_, 120, {{field::lead_stage, world_.won}}));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_stage), Value{world_.won});
    // The move stands in the history nevertheless, as superseded.
    device::Query query{.entity = entity::stage_history};
    const auto history = engine_->query(query)->records;
    ASSERT_EQ(history.size(), 1U);
    EXPECT_TRUE(history[0].fields.boolean(schema::number_of<schema::stage_history_fields>("is_superseded")));
}

TEST_F(RebaseTest, a_pending_closing_and_a_pending_reopening_stay_on_top) {
    write(update_of(entity::lead, world_.lead, {{field::lead_stage, world_.won}}));
    apply(ChunkOf(120).update(lead_, 120, {{field::lead_stage, world_.talking}}));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_stage), Value{world_.won});
    write(update_of(entity::lead, world_.lead, {{field::lead_stage, world_.fresh}}));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_stage), Value{world_.fresh});
    apply(ChunkOf(121).update(lead_, 121, {{field::lead_stage, world_.won}}));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::lead_stage), Value{world_.fresh})
        << "it saw the lead closed";
    EXPECT_EQ(shown(entity::requirement, world_.requirement, field::requirement_status), Value{"active"});
}

TEST_F(RebaseTest, texts_merge_by_lines_and_overlaps_show_ones_own) {
    write(update_of(entity::property, world_.property, {{field::description, "one\ntwo\nthree\nfour"}}));
    apply(ChunkOf(120).update(property_, 120, {{field::description, "ONE\ntwo\nthree"}}));
    EXPECT_EQ(shown(entity::property, world_.property, field::description), Value{"ONE\ntwo\nthree\nfour"});
    write(update_of(entity::property, world_.property, {{field::description, "ONE\ntwo\n3\nfour"}}));
    apply(ChunkOf(121).update(property_, 121, {{field::description, "ONE\ntwo\nTHREE"}}));
    EXPECT_EQ(shown(entity::property, world_.property, field::description), Value{"ONE\ntwo\n3\nfour"});
}

TEST_F(RebaseTest, two_pending_edits_of_a_text_stay_one_behind_the_other) {
    write(update_of(entity::property, world_.property, {{field::description, "one\ntwo\nthree\nfour"}}));
    write(
        update_of(entity::property, world_.property, {{field::description, "one\ntwo\nthree\nfour\nfive"}}));
    apply(ChunkOf(120).update(property_, 120, {{field::description, "ONE\ntwo\nthree"}}));
    EXPECT_EQ(shown(entity::property, world_.property, field::description),
              Value{"ONE\ntwo\nthree\nfour\nfive"});
}

TEST_F(RebaseTest, sets_merge_by_elements) {
    write(update_of(entity::property, world_.property, {{field::features, StringSet{"gym", "lift"}}}));
    apply(ChunkOf(120).update(property_, 120, {{field::features, StringSet{"garden", "lift", "pool"}}}));
    EXPECT_EQ(shown(entity::property, world_.property, field::features),
              (Value{StringSet{"garden", "gym", "lift"}}));
}

TEST_F(RebaseTest, a_record_that_the_server_deleted_is_gone_and_its_change_set_kept) {
    write(update_of(entity::phase, world_.phase, {{field::progress, std::int64_t{50}}}));
    apply(ChunkOf(120).remove(phase_, 120));
    EXPECT_FALSE(is_there(entity::phase, world_.phase));
    ASSERT_EQ(engine_->outbox().size(), 1U);
    EXPECT_EQ(*engine_->outbox()[0].set.changes[0].get(field::progress), Value{std::int64_t{50}});
}

TEST_F(RebaseTest, children_of_a_root_that_the_server_deleted_go_with_it) {
    write(insert_of(
        entity::phase, uid(900),
        {{field::phase_project, world_.project}, {field::phase_key, "roof"}, {field::phase_name, "Roof"}}));
    apply(ChunkOf(120).remove(project_, 120));
    EXPECT_EQ(count(entity::project), 0U);
    EXPECT_EQ(count(entity::phase), 0U) << "the pending one too";
    EXPECT_EQ(engine_->outbox().size(), 1U);
}

TEST_F(RebaseTest, a_pending_delete_stays_a_delete) {
    write(remove_of(entity::phase, world_.phase));
    apply(ChunkOf(120).update(phase_, 120, {{field::progress, std::int64_t{60}}}));
    EXPECT_FALSE(is_there(entity::phase, world_.phase));
    session().store_receipts({rejection_of(engine_->outbox()[0].set.uid, 121)});
    EXPECT_EQ(shown(entity::phase, world_.phase, field::progress), Value{std::int64_t{60}});
}

TEST_F(RebaseTest, effects_are_computed_anew) {
    const std::int64_t start = clock_.now_us();
    write(note(uid(900)));
    const std::int64_t made_at = engine_->outbox()[0].set.made_at_us;
    EXPECT_EQ(shown(entity::lead, world_.lead, field::last_activity_at), Value{made_at});
    // The server knows of something later: the note does not set it back.
    apply(ChunkOf(120).update(lead_, 120, {{field::last_activity_at, start + 60'000'000}}));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::last_activity_at), Value{start + 60'000'000});
    apply(ChunkOf(121).update(lead_, 121, {{field::last_activity_at, start}}));
    EXPECT_EQ(shown(entity::lead, world_.lead, field::last_activity_at), Value{made_at});
    EXPECT_EQ(count(entity::activity), 1U);
}

TEST_F(RebaseTest, an_effect_that_the_server_made_is_not_made_twice) {
    write(note(uid(900)));
    device::Query query{.entity = entity::activity};
    Record activity = engine_->query(query)->records.at(0);
    activity.id = 77;
    activity.fields.set(schema::number_of<schema::activity_fields>("description"),
                        Value{"the server's wording"});
    Record made = *engine_->get({entity::note, uid(900)});
    made.id = 78;
    apply(ChunkOf(120).whole(made, 120).whole(activity, 120));
    const auto activities = engine_->query(query)->records;
    ASSERT_EQ(activities.size(), 1U);
    EXPECT_EQ(activities[0].id, 77);
    EXPECT_EQ(activities[0].seq, Seq{120});
}

TEST_F(RebaseTest, what_no_pending_change_touches_is_left_alone) {
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    std::size_t calls = 0;
    auto subscription =
        engine_->observe({.entity = entity::client}, [&](const device::Difference&) { ++calls; });
    apply(ChunkOf(120).update(property_, 120, {{field::city, "Pune"}}));
    EXPECT_EQ(calls, 0U);
    EXPECT_EQ(shown(entity::property, world_.property, field::city), Value{"Pune"});
}

TEST_F(RebaseTest, change_sets_that_share_records_are_applied_in_order) {
    write(update_of(entity::client, world_.client, {{field::first_name, "A"}, {field::last_name, "A"}}));
    write({update_of(entity::client, world_.client, {{field::first_name, "B"}}),
           update_of(entity::phase, world_.phase, {{field::progress, std::int64_t{20}}})});
    write(update_of(entity::phase, world_.phase, {{field::progress, std::int64_t{30}}}));
    apply(ChunkOf(120).update(phase_, 120, {{field::phase_name, "Footing"}}));
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"B"});
    EXPECT_EQ(shown(entity::client, world_.client, field::last_name), Value{"A"});
    EXPECT_EQ(shown(entity::phase, world_.phase, field::progress), Value{std::int64_t{30}});
    EXPECT_EQ(shown(entity::phase, world_.phase, field::phase_name), Value{"Footing"});
}

}  // namespace
}  // namespace fieldsync::testing
