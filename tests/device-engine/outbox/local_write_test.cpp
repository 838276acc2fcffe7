#include <algorithm>

#include "device_test.hpp"
#include "fieldsync/sync/limits.hpp"

namespace fieldsync::testing {
namespace {

using device::ErrorCode;
using schema::FieldChange;
using schema::StringSet;

class LocalWriteTest : public DeviceTest {
  protected:
    void SetUp() override { begin_as_staff(); }

    // The last change-set in the outbox.
    sync::ChangeSet last_set() { return engine_->outbox().back().set; }
    FieldChange last_field(FieldNumber field) {
        const sync::ChangeSet set = last_set();
        const FieldChange* item = set.changes.back().find(field);
        if (item == nullptr) ADD_FAILURE() << "the change-set does not set the field";
        return item != nullptr ? *item : FieldChange{};
    }
    Change visit(const Uid& uid) {
        return insert_of(entity::site_visit, uid,
                         {{field::visit_lead, world_.lead},
                          {field::visit_property, world_.property},
                          {field::visit_date, "2026-05-20"},
                          {field::visit_time, "10:30"},
                          {field::visit_staff, "Sam"}});
    }
};

using LocalWriteAsAdminTest = DeviceTest;

TEST_F(LocalWriteTest, needs_somebody_signed_in) {
    engine_->wipe();
    EXPECT_EQ(refusal(note(uid(900))).code, ErrorCode::not_signed_in);
}

// It would open the other's scope.
TEST_F(LocalWriteTest, a_new_record_cannot_take_the_uid_of_a_root_or_a_user) {
    for (const Uid& taken : {world_.lead, world_.business, world_.staff})
        EXPECT_EQ(refusal(insert_of(entity::client, taken, {})).message, "This uid is taken.");
}

TEST_F(LocalWriteTest, is_seen_at_once_and_stands_in_the_outbox) {
    clock_.advance_ms(5);
    const auto written = write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    ASSERT_EQ(written.changes.size(), 1U);
    EXPECT_EQ(shown(entity::client, world_.client, field::first_name), Value{"Rina"});
    const auto items = engine_->outbox();
    ASSERT_EQ(items.size(), 1U);
    EXPECT_EQ(items[0].set.uid, written.change_set);
    EXPECT_EQ(items[0].set.uid.version(), 7);
    EXPECT_EQ(items[0].set.number, 1U);
    EXPECT_EQ(items[0].set.made_at_cursor, Seq{100});
    EXPECT_EQ(items[0].set.made_at_us, clock_.now_us());
    EXPECT_EQ(items[0].set.hlc.milliseconds(), clock_.now_us() / 1000);
    EXPECT_FALSE(items[0].receipt.has_value());
}

TEST_F(LocalWriteTest, survives_reopening) {
    write(note(uid(900)));
    const auto before = engine_->outbox();
    reopen();
    EXPECT_TRUE(is_there(entity::note, uid(900)));
    EXPECT_EQ(engine_->outbox().at(0).set, before.at(0).set);
    write(note(uid(901)));
    EXPECT_EQ(last_set().number, 2U);
    EXPECT_GT(last_set().hlc, before.at(0).set.hlc);
}

TEST_F(LocalWriteTest, gives_inserts_without_a_uid_one) {
    const auto written = write(note(Uid{}));
    ASSERT_EQ(written.changes.size(), 1U);
    EXPECT_EQ(written.changes[0].uid.version(), 7);
    EXPECT_TRUE(is_there(entity::note, written.changes[0].uid));
}

TEST_F(LocalWriteTest, hlc_rises_although_the_clock_falls) {
    write(note(uid(900)));
    const auto first = last_set().hlc;
    clock_.advance_ms(-3'600'000);
    write(note(uid(901)));
    EXPECT_GT(last_set().hlc, first);
}

TEST_F(LocalWriteTest, made_at_is_corrected_by_the_offset) {
    session().welcomed(welcome_at(clock_.now_us() + 90'000'000));
    write(note(uid(900)));
    EXPECT_EQ(last_set().made_at_us, clock_.now_us() + 90'000'000);
    EXPECT_EQ(engine_->status().offset_us, 90'000'000);
}

TEST_F(LocalWriteTest, an_hlc_far_ahead_is_set_back_by_welcome) {
    clock_.advance_ms(24 * 3'600'000);
    write(note(uid(900)));
    clock_.advance_ms(-24 * 3'600'000);
    write(note(uid(901)));
    EXPECT_GT(last_set().hlc.milliseconds(), clock_.now_us() / 1000 + 3'600'000);
    session().welcomed(welcome_at(clock_.now_us()));
    write(note(uid(902)));
    EXPECT_LE(last_set().hlc.milliseconds(), clock_.now_us() / 1000 + 1);
}

TEST_F(LocalWriteTest, a_base_is_the_confirmed_records_seq) {
    apply(ChunkOf(120).update(world_.client_records(100)[0], 120, {{field::last_name, "Roy"}}));
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    EXPECT_EQ(last_field(field::first_name).base, Seq{120});
}

TEST_F(LocalWriteTest, a_base_over_a_pending_change_of_the_field_is_that_changes_base) {
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    apply(ChunkOf(120).update(world_.client_records(100)[0], 120, {{field::last_name, "Roy"}}));
    write(update_of(entity::client, world_.client, {{field::first_name, "Rika"}, {field::last_name, "Ray"}}));
    EXPECT_EQ(last_field(field::first_name).base, Seq{100});
    EXPECT_EQ(last_field(field::last_name).base, Seq{120});
    // Within one change-set as well.
    write({update_of(entity::client, world_.client, {{field::first_name, "Rima"}}),
           update_of(entity::client, world_.client, {{field::first_name, "Rita B"}})});
    EXPECT_EQ(last_field(field::first_name).base, Seq{100});
}

TEST_F(LocalWriteTest, a_base_over_a_pending_insert_is_zero) {
    write(note(uid(900)));
    write(update_of(entity::note, uid(900), {{field::note, "called twice"}}));
    EXPECT_EQ(last_field(field::note).base, Seq{});
    EXPECT_EQ(last_field(field::note).base_text, "called");
}

TEST_F(LocalWriteTest, merge_text_brings_the_text_that_the_author_had_before_him) {
    write(update_of(entity::requirement, world_.requirement,
                    {{field::requirement_notes, "near school\nlake view"}}));
    EXPECT_EQ(last_field(field::requirement_notes).base_text, "near school\nhigh floor\nparking");
    write(update_of(entity::requirement, world_.requirement, {{field::requirement_notes, "lake view"}}));
    EXPECT_EQ(last_field(field::requirement_notes).base_text, "near school\nlake view");
}

TEST_F(LocalWriteTest, an_editor_that_was_opened_earlier_brings_its_own_base_text) {
    Change change = update_of(entity::requirement, world_.requirement,
                              {{field::requirement_notes, "near school\nhigh floor\nparking\ngarden"}});
    change.fields[0].base_text = "near school\nhigh floor\nparking";
    apply(ChunkOf(120).update(world_.client_records(100)[1], 120,
                              {{field::requirement_notes, "NEAR SCHOOL\nhigh floor\nparking"}}));
    write(change);
    EXPECT_EQ(shown(entity::requirement, world_.requirement, field::requirement_notes),
              Value{"NEAR SCHOOL\nhigh floor\nparking\ngarden"});
}

TEST_F(LocalWriteAsAdminTest, union_brings_the_elements_added_and_removed) {
    begin_as_admin();
    write(update_of(entity::property, world_.property, {{field::features, StringSet{"gym", "lift"}}}));
    auto item = *engine_->outbox().back().set.changes[0].find(field::features);
    EXPECT_EQ(item.added, StringSet{"gym"});
    EXPECT_EQ(item.removed, StringSet{"pool"});
    // Given as elements, the value follows.
    Change change = update_of(entity::property, world_.property, {{field::features, Value{}}});
    change.fields[0].added = {"view", "gym"};
    change.fields[0].removed = {"lift"};
    write(change);
    EXPECT_EQ(shown(entity::property, world_.property, field::features), (Value{StringSet{"gym", "view"}}));
}

TEST_F(LocalWriteTest, a_move_from_closed_to_open_says_that_it_reopens) {
    write(update_of(entity::lead, world_.lead, {{field::lead_stage, world_.talking}}));
    EXPECT_FALSE(last_field(field::lead_stage).reopens);
    write(update_of(entity::lead, world_.lead, {{field::lead_stage, world_.won}}));
    EXPECT_FALSE(last_field(field::lead_stage).reopens);
    write(update_of(entity::lead, world_.lead, {{field::lead_stage, world_.talking}}));
    EXPECT_TRUE(last_field(field::lead_stage).reopens);
}

TEST_F(LocalWriteTest, a_write_that_changes_nothing_succeeds_without_a_change_set) {
    const std::uint64_t transaction = engine_->last_transaction();
    const auto written = write(update_of(entity::client, world_.client, {{field::first_name, "Rita"}}));
    EXPECT_TRUE(written.change_set.is_nil());
    // Arguments alone are nothing either, and a default that is written out.
    write(
        update_of(entity::lead, world_.lead, {{field::lead_stage, world_.fresh}, {field::stage_note, "hm"}}));
    write(update_of(entity::phase, world_.phase, {{field::phase_status, "pending"}}));
    EXPECT_TRUE(engine_->outbox().empty());
    EXPECT_EQ(engine_->last_transaction(), transaction);
}

TEST_F(LocalWriteTest, fields_that_do_not_change_are_left_out) {
    write(update_of(entity::client, world_.client, {{field::first_name, "Rita"}, {field::last_name, "Roy"}}));
    EXPECT_EQ(last_set().changes[0].fields.size(), 1U);
}

TEST_F(LocalWriteTest, inserting_the_same_again_is_no_change_and_another_content_is_refused) {
    write(note(uid(900)));
    EXPECT_TRUE(write(note(uid(900))).change_set.is_nil());
    EXPECT_EQ(refusal(note(uid(900), "other")).word, "already_exists");
    EXPECT_EQ(engine_->outbox().size(), 1U);
}

TEST_F(LocalWriteTest, validation_answers_with_field_errors_offline) {
    const auto error = refusal(update_of(entity::client, world_.client, {{field::mobile, "12"}}));
    EXPECT_EQ(error.code, ErrorCode::refused);
    EXPECT_EQ(error.word, "validation_failed");
    ASSERT_EQ(error.errors.size(), 1U);
    EXPECT_EQ(error.errors[0].field, "mobile");
    EXPECT_TRUE(engine_->outbox().empty());
}

TEST_F(LocalWriteTest, rights_are_checked_offline) {
    EXPECT_EQ(refusal(remove_of(entity::project, world_.project)).word, "forbidden");
    EXPECT_EQ(refusal(update_of(entity::note, uid(999), {{field::note, "x"}})).word, "not_found");
    EXPECT_EQ(refusal(insert_of(schema::EntityNumber{60}, uid(999), {})).word, "unknown_entity");
    EXPECT_EQ(refusal(update_of(entity::lead, world_.lead, {{field::lead_assigned_to, world_.admin}})).word,
              "validation_failed");
}

TEST_F(LocalWriteTest, one_refused_change_refuses_all_of_them) {
    refusal({note(uid(900)), update_of(entity::client, world_.client, {{field::mobile, "12"}})});
    EXPECT_FALSE(is_there(entity::note, uid(900)));
    EXPECT_EQ(count(entity::activity), 0U);
    EXPECT_TRUE(engine_->outbox().empty());
}

TEST_F(LocalWriteTest, effects_follow_at_once_and_are_not_pushed) {
    write(update_of(entity::lead, world_.lead,
                    {{field::lead_stage, world_.won}, {field::stage_note, "signed"}}));
    EXPECT_EQ(count(entity::stage_history), 1U);
    EXPECT_EQ(count(entity::activity), 1U);
    EXPECT_EQ(shown(entity::requirement, world_.requirement, field::requirement_status), Value{"closed"});
    EXPECT_EQ(shown(entity::lead, world_.lead, field::last_activity_at), Value{last_set().made_at_us});
    ASSERT_EQ(last_set().changes.size(), 1U);
    EXPECT_EQ(last_set().changes[0].fields.size(), 2U) << "the stage and its note, nothing computed";
}

TEST_F(LocalWriteTest, what_the_schema_fills_is_shown_and_not_pushed) {
    write(visit(uid(900)));
    EXPECT_EQ(shown(entity::site_visit, uid(900), field::logged_by), Value{world_.staff});
    EXPECT_EQ(shown(entity::site_visit, uid(900), field::stage_at_visit), Value{world_.fresh});
    const sync::ChangeSet set = last_set();
    EXPECT_EQ(set.changes[0].find(field::logged_by), nullptr);
    EXPECT_NE(set.changes[0].find(field::stage_at_visit), nullptr)
        << "what the author saw is for the server to know";
}

TEST_F(LocalWriteTest, a_client_a_requirement_and_a_visit_to_its_lead_are_made_offline_at_once) {
    const Uid client = engine_->new_uid(), requirement = engine_->new_uid();
    const Uid lead = schema::effect_uid(requirement, {}, "lead");
    Change made_visit = visit(uid(900));
    made_visit.set(field::visit_lead, lead);
    write({insert_of(entity::client, client,
                     {{field::first_name, "Ann"},
                      {field::last_name, "Lee"},
                      {field::mobile, "9000000000"},
                      {field::channel, world_.channel},
                      {field::interest, "buy"}}),
           insert_of(entity::requirement, requirement,
                     {{field::requirement_client, client}, {field::requirement_interest, "buy"}}),
           made_visit});
    EXPECT_EQ(shown(entity::client, client, field::client_assigned_to), Value{world_.staff});
    EXPECT_EQ(shown(entity::lead, lead, field::lead_stage), Value{world_.fresh});
    EXPECT_EQ(engine_->get({entity::site_visit, uid(900)})->scope, lead);
    EXPECT_EQ(count(entity::activity), 1U);
    EXPECT_EQ(last_set().changes.size(), 3U);
}

TEST_F(LocalWriteAsAdminTest, deleting_a_root_takes_its_records_along) {
    begin_as_admin();
    write(insert_of(
        entity::phase, uid(900),
        {{field::phase_project, world_.project}, {field::phase_key, "roof"}, {field::phase_name, "Roof"}}));
    write(remove_of(entity::project, world_.project));
    EXPECT_FALSE(is_there(entity::project, world_.project));
    EXPECT_EQ(count(entity::phase), 0U);
    EXPECT_EQ(count(entity::project_member), 0U);
}

TEST_F(LocalWriteAsAdminTest, publishing_moves_a_property_between_scopes) {
    begin_as_admin();
    write(update_of(entity::property, world_.property, {{field::property_status, "draft"}}));
    EXPECT_EQ(engine_->get({entity::property, world_.property})->scope,
              schema::admins_scope(world_.business));
}

TEST_F(LocalWriteAsAdminTest, an_effect_for_somebody_elses_eyes_is_not_shown) {
    begin_as_admin();
    apply(ChunkOf(110).update(
        world_.project_records(100)[0], 110,
        {{schema::number_of<schema::project_fields>("client_user"), world_.other_staff}}));
    write(update_of(entity::phase, world_.phase, {{field::progress, std::int64_t{40}}}));
    EXPECT_EQ(shown(entity::phase, world_.phase, field::phase_status), Value{"in_progress"});
    EXPECT_EQ(count(entity::notification), 1U) << "the one of the world; the new one is another user's";
}

TEST_F(LocalWriteTest, a_write_over_the_limits_is_refused_clearly) {
    std::vector<Change> many;
    for (std::size_t i = 0; i <= sync::limits::changes_per_set_max; ++i)
        many.push_back(note(engine_->new_uid()));
    EXPECT_EQ(refusal(many).word, "too_large");
    many.pop_back();
    EXPECT_EQ(write(many).changes.size(), sync::limits::changes_per_set_max);
    // What the server said in welcome counts when it is less.
    session().welcomed(welcome_at(clock_.now_us(), {2, 1500, 0, 0}));
    EXPECT_EQ(refusal({note(Uid{}), note(Uid{}), note(Uid{})}).word, "too_large");
    EXPECT_EQ(refusal(note(Uid{}, std::string(1600, 'x'))).word, "too_large");
    EXPECT_TRUE(engine_->write({note(Uid{}, std::string(1000, 'x'))}).has_value());
}

TEST_F(LocalWriteTest, the_map_grows_under_local_writes) {
    const std::vector<Change> ten(10, note(Uid{}, std::string(2000, 'n')));
    for (int i = 0; i < 60; ++i) write(ten);
    EXPECT_EQ(count(entity::note), 600U);
    EXPECT_EQ(count(entity::activity), 600U);
    EXPECT_EQ(engine_->outbox().size(), 60U);
    EXPECT_EQ(engine_->outbox().back().set.number, 60U);
}

}  // namespace
}  // namespace fieldsync::testing
