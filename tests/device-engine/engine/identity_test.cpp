// Whose store it is, copies of it, leases, formats and schemas.
#include "device_test.hpp"
#include "records/index_key.hpp"

namespace fieldsync::testing {
namespace {

using device::ErrorCode;

class IdentityTest : public DeviceTest {};

TEST_F(IdentityTest, device_and_store_are_made_at_first_open_and_kept) {
    const Uid device = engine_->device(), store = engine_->store();
    EXPECT_EQ(device.version(), 7);
    EXPECT_NE(device, store);
    reopen();
    EXPECT_EQ(engine_->device(), device);
    EXPECT_EQ(engine_->store(), store);
    EXPECT_FALSE(engine_->account().has_value());
}

TEST_F(IdentityTest, signing_in_is_kept_and_hello_tells) {
    begin_as_staff();
    reopen();
    EXPECT_EQ(engine_->account(), world_.staff_account());
    const sync::Hello hello = session().hello();
    EXPECT_EQ(hello.token, "token");
    EXPECT_EQ(hello.device, engine_->device());
    EXPECT_EQ(hello.store, engine_->store());
    EXPECT_EQ(hello.schema_version, schema::kSchemaVersion);
    EXPECT_EQ(hello.cursor.seq, Seq{100});
}

TEST_F(IdentityTest, the_same_user_signing_in_again_keeps_everything) {
    begin_as_staff();
    write(note(uid(900)));
    device::Account again = world_.staff_account();
    again.token = "another";
    ASSERT_TRUE(engine_->sign_in(again).has_value());
    EXPECT_EQ(session().hello().token, "another");
    EXPECT_EQ(engine_->outbox().size(), 1U);
    EXPECT_TRUE(is_there(entity::note, uid(900)));
}

TEST_F(IdentityTest, another_user_is_refused_while_work_is_unsent) {
    begin_as_staff();
    write(note(uid(900)));
    EXPECT_EQ(engine_->sign_in(world_.admin_account()).error().code, ErrorCode::another_user);
    EXPECT_EQ(engine_->account(), world_.staff_account());
    device::Account elsewhere = world_.staff_account();
    elsewhere.business = uid(777);
    EXPECT_EQ(engine_->sign_in(elsewhere).error().code, ErrorCode::another_user);
    EXPECT_TRUE(is_there(entity::note, uid(900)));
}

TEST_F(IdentityTest, another_user_is_refused_while_rejected_work_lies_in_the_box) {
    begin_as_staff();
    const auto written = write(note(uid(900)));
    session().store_receipts({rejection_of(written.change_set, 120)});
    EXPECT_EQ(engine_->sign_in(world_.admin_account()).error().code, ErrorCode::another_user);
    ASSERT_TRUE(engine_->drop_rejected(written.change_set).has_value());
    EXPECT_TRUE(engine_->sign_in(world_.admin_account()).has_value());
}

TEST_F(IdentityTest, another_user_finds_an_empty_store) {
    begin_as_staff();
    const Uid device = engine_->device(), store = engine_->store();
    ASSERT_TRUE(engine_->sign_in(world_.admin_account()).has_value());
    EXPECT_EQ(engine_->account(), world_.admin_account());
    EXPECT_EQ(count(entity::lead), 0U);
    EXPECT_EQ(session().cursor(), sync::Cursor{});
    EXPECT_TRUE(session().checksums().empty());
    EXPECT_EQ(engine_->device(), device);
    EXPECT_NE(engine_->store(), store) << "its numbers begin anew";
}

TEST_F(IdentityTest, wiping_forgets_all_but_the_device) {
    begin_as_staff();
    write(note(uid(900)));
    const auto rejected = write(note(uid(901)));
    session().store_receipts({rejection_of(rejected.change_set, 120)});
    const Uid device = engine_->device(), store = engine_->store();
    engine_->wipe();
    EXPECT_FALSE(engine_->account().has_value());
    const device::Status status = engine_->status();
    EXPECT_EQ(status.pending + status.rejected + status.scopes_shown, 0U);
    EXPECT_EQ(count(entity::note) + count(entity::property), 0U);
    reopen();
    EXPECT_EQ(engine_->device(), device);
    EXPECT_NE(engine_->store(), store);
    begin_as_admin();
    EXPECT_EQ(count(entity::property), 1U);
    write(insert_of(entity::note, uid(902), {{field::note_lead, world_.lead}, {field::note, "x"}}));
    EXPECT_EQ(engine_->outbox().at(0).set.number, 1U);
}

TEST_F(IdentityTest, a_store_is_open_once_in_a_process) {
    const auto again = device::Engine::open(options());
    ASSERT_TRUE(again.has_error());
    EXPECT_EQ(again.error().code, ErrorCode::already_open);
}

TEST_F(IdentityTest, a_copied_store_opens) {
    begin_as_staff();
    write(note(uid(900)));
    close();
    std::filesystem::copy(options().path, directory_.path() / "copy");
    open();
    device::EngineOptions copied = options();
    copied.path = directory_.path() / "copy";
    auto copy = device::Engine::open(copied);
    ASSERT_TRUE(copy.has_value());
    EXPECT_TRUE((*copy)->get({entity::note, uid(900)}).has_value());
    EXPECT_EQ((*copy)->store(), engine_->store()) << "until the server answers with renumber";
    (*copy)->session_store().renumber();
    EXPECT_NE((*copy)->store(), engine_->store());
}

TEST_F(IdentityTest, one_at_a_time_holds_the_sync_lease) {
    auto lease = engine_->try_sync_lease();
    ASSERT_TRUE(lease.has_value());
    EXPECT_FALSE(engine_->try_sync_lease().has_value());
    lease.reset();
    EXPECT_TRUE(engine_->try_sync_lease().has_value());
}

TEST_F(IdentityTest, the_sync_state_is_kept_for_people) {
    engine_->set_sync_state("no network");
    reopen();
    EXPECT_EQ(engine_->status().sync_state, "no network");
    const std::uint64_t transaction = engine_->last_transaction();
    engine_->set_sync_state("no network");
    EXPECT_EQ(engine_->last_transaction(), transaction);
}

TEST_F(IdentityTest, indexes_follow_a_schema_with_another_indexed_field) {
    begin_as_staff();
    close();
    const FieldNumber added{200};
    const schema::Schema newer =
        schema_->with_field(entity::client, schema::text(200, "nickname").defaulted("none").indexed(), 2);
    schema_ = &newer;
    open();
    device::Query query{.entity = entity::client};
    query.where(added, Value{"none"});
    const auto found = engine_->query(query);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->plan.index, "nickname");
    EXPECT_EQ(found->records.size(), 1U);
    EXPECT_EQ(session().hello().schema_version, 2U);
    write(update_of(entity::client, world_.client, {{added, Value{"Ri"}}}));
    EXPECT_EQ(engine_->query(query)->records.size(), 0U);
    close();
    // An older program on the same store keeps the field.
    schema_ = &schema::Schema::current();
    open();
    write(update_of(entity::client, world_.client, {{field::first_name, "Rina"}}));
    EXPECT_EQ(engine_->get({entity::client, world_.client})->fields.text(added), "Ri");
}

}  // namespace
}  // namespace fieldsync::testing
