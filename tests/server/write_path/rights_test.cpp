// Who may write what, as of when.
#include <gtest/gtest.h>

#include "server/write_path/world.hpp"

namespace fieldsync::testing {
namespace {

using sync::ReceiptStatus;

class Rights : public ::testing::Test {
  protected:
    World world;

    Change visit(const Uid& lead, const Uid& property) {
        return world.insert(entity::site_visit, world.new_uid(),
                            {{"lead", lead},
                             {"property", property},
                             {"visit_date", std::string("2026-05-20")},
                             {"visit_time", std::string("10:00")},
                             {"accompanying_staff", std::string("Anna")}});
    }
    Change new_client(const Uid& uid) {
        return world.insert(entity::client, uid,
                            {{"first_name", std::string("Ravi")},
                             {"last_name", std::string("Mehta")},
                             {"mobile", std::string("9876543210")},
                             {"sourcing_channel", world.channel},
                             {"interest_type", std::string("buy")}});
    }
    void give_lead_to(const Uid& user) {
        ASSERT_EQ(world.rest(world.admin, {world.update(entity::lead, world.lead, {{"assigned_to", user}})})
                      .receipt.status,
                  ReceiptStatus::applied);
    }
};

TEST_F(Rights, StaffWriteTheLeadsAndClientsThatAreTheirs) {
    auto device = world.device_of(world.anna);
    EXPECT_EQ(
        world.push(device, {world.update(entity::client, world.client, {{"city", std::string("Indore")}})})
            .receipt.status,
        ReceiptStatus::applied);
    EXPECT_EQ(world.push(device, {visit(world.lead, world.property)}).receipt.status, ReceiptStatus::applied);
}

TEST_F(Rights, OthersAreRefused) {
    auto device = world.device_of(world.bert);
    const auto edit =
        world.push(device, {world.update(entity::client, world.client, {{"city", std::string("Goa")}})});
    EXPECT_EQ(edit.receipt.status, ReceiptStatus::rejected);
    EXPECT_EQ(edit.receipt.code, "forbidden");
    const auto logged = world.push(device, {visit(world.lead, world.property)});
    EXPECT_EQ(logged.receipt.code, "validation_failed");  // a lead that he cannot see
    EXPECT_EQ(world.text(entity::client, world.client, "city"), "");
}

TEST_F(Rights, TheClientOfALeadIsReadOnlyToItsStaff) {
    give_lead_to(world.bert);
    auto device = world.device_of(world.bert);
    EXPECT_TRUE(world.holds(world.bert, world.client));
    EXPECT_EQ(world.push(device, {world.update(entity::client, world.client, {{"city", std::string("Goa")}})})
                  .receipt.code,
              "forbidden");
    EXPECT_EQ(world.push(device, {visit(world.lead, world.property)}).receipt.status, ReceiptStatus::applied);
}

TEST_F(Rights, AVisitOnAPropertyThatItsAuthorSawIsTakenThoughItWasDeletedSince) {
    auto before = world.device_of(world.anna);
    world.rest(world.admin, {world.change(entity::property, world.property, Operation::remove, {})});
    auto after = world.device_of(world.anna);
    const auto seen = world.push(before, {visit(world.lead, world.property)});
    EXPECT_EQ(seen.receipt.status, ReceiptStatus::applied) << seen.receipt.message;
    EXPECT_EQ(world.push(after, {visit(world.lead, world.property)}).receipt.status, ReceiptStatus::rejected);
    EXPECT_EQ(world.push(before, {visit(world.lead, world.client)}).receipt.status, ReceiptStatus::rejected)
        << "another kind of record";
}

TEST_F(Rights, AVisitLoggedOfflineOnALeadGivenAwayMeanwhileIsTaken) {
    auto device = world.device_of(world.anna);
    give_lead_to(world.bert);
    EXPECT_FALSE(world.holds(world.anna, world.lead));
    EXPECT_EQ(world.push(device, {visit(world.lead, world.property)}).receipt.status, ReceiptStatus::applied);
    // An edit is not: the lead is another's.
    const auto move =
        world.push(device, {world.update(entity::lead, world.lead, {{"stage", world.stage_won}})});
    EXPECT_EQ(move.receipt.code, "forbidden");
    // Nor is a visit made after the loss was known.
    device.cursor = world.head();
    EXPECT_EQ(world.push(device, {visit(world.lead, world.property)}).receipt.status,
              ReceiptStatus::rejected);
}

TEST_F(Rights, StaffDoNotSetWhatIsTheAdminsOrComputed) {
    auto device = world.device_of(world.anna);
    for (const auto& change :
         {world.update(entity::lead, world.lead, {{"assigned_to", world.bert}}),
          world.update(entity::lead, world.lead, {{"last_activity_at", std::int64_t{1}}}),
          world.update(entity::property, world.property, {{"price", std::int64_t{1}}})}) {
        const auto outcome = world.push(device, {change});
        EXPECT_EQ(outcome.receipt.status, ReceiptStatus::rejected) << outcome.receipt.code;
    }
}

TEST_F(Rights, AClientEnteredByStaffIsTheirs) {
    auto device = world.device_of(world.bert);
    const Uid uid = world.new_uid();
    const std::map<std::string, Value> fields{{"first_name", std::string("Ravi")},
                                              {"last_name", std::string("Mehta")},
                                              {"mobile", std::string("9876543210")},
                                              {"sourcing_channel", world.channel},
                                              {"interest_type", std::string("buy")}};
    EXPECT_EQ(world.push(device, {world.insert(entity::client, uid, fields)}).receipt.status,
              ReceiptStatus::applied);
    EXPECT_EQ(world.value(entity::client, uid, "assigned_to"), Value(world.bert));
    EXPECT_TRUE(world.holds(world.bert, uid));
    auto others = fields;
    others["assigned_to"] = world.anna;
    EXPECT_EQ(world.push(device, {world.insert(entity::client, world.new_uid(), others)}).receipt.code,
              "validation_failed");
}

TEST_F(Rights, ARelationToWhatTheAuthorCannotSeeIsRefused) {
    auto device = world.device_of(world.anna);
    const auto outcome = world.push(device, {visit(world.lead, world.draft)});
    ASSERT_EQ(outcome.receipt.status, ReceiptStatus::rejected);
    ASSERT_EQ(outcome.receipt.errors.size(), 1U);
    EXPECT_EQ(outcome.receipt.errors[0].field, "property");
}

TEST_F(Rights, GrantsFollowTheData) {
    EXPECT_TRUE(world.holds(world.admin, Uid{}));
    EXPECT_TRUE(world.holds(world.anna, world.lead));
    EXPECT_TRUE(world.holds(world.anna, world.client));
    EXPECT_TRUE(world.holds(world.anna, world.business_uid));
    EXPECT_FALSE(world.holds(world.bert, world.lead));
    give_lead_to(world.bert);
    EXPECT_TRUE(world.holds(world.bert, world.lead));
    EXPECT_TRUE(world.holds(world.bert, world.client));
    EXPECT_FALSE(world.holds(world.anna, world.lead));
    EXPECT_TRUE(world.holds(world.anna, world.client));  // still assigned to her
    world.rest(world.admin, {world.update(entity::user, world.bert, {{"user_type", std::string("admin")}})});
    EXPECT_TRUE(world.holds(world.bert, Uid{}));
    EXPECT_FALSE(world.holds(world.bert, world.lead));
}

TEST_F(Rights, ANewRootTakesNobodyElsesUid) {
    const Uid project = world.new_uid();
    world.system({world.insert(entity::project, project, {{"name", std::string("Block A")}})});
    auto device = world.device_of(world.bert);
    for (const Uid& uid : {project, world.admin, world.lead, world.business_uid}) {
        EXPECT_EQ(world.push(device, {new_client(uid)}).receipt.code, "bad_uid");
    }
    EXPECT_FALSE(world.holds(world.bert, project));
}

TEST_F(Rights, TwoRootsOfOneChangeSetDoNotShareAUid) {
    const Uid shared = world.new_uid();
    auto device = world.device_of(world.admin);
    const auto project = world.insert(entity::project, shared, {{"name", std::string("Block A")}});
    EXPECT_EQ(world.push(device, {new_client(shared), project}).receipt.code, "bad_uid");
    EXPECT_FALSE(world.find(entity::client, shared));
}

TEST_F(Rights, InsertingWhatIsNotHisTellsNothingOfIt) {
    auto device = world.device_of(world.bert);
    const auto guess = world.insert(entity::client, world.client, {{"first_name", std::string("Ankit")}});
    EXPECT_EQ(world.push(device, {guess}).receipt.code, "bad_uid");
}

TEST_F(Rights, AnUpdateOfWhatWasDeletedNeedsTheRightToIt) {
    const Uid note = world.new_uid();
    world.system({world.insert(entity::note, note, {{"lead", world.lead}, {"note", std::string("hello")}})});
    auto bert = world.device_of(world.bert);
    auto anna = world.device_of(world.anna);
    world.rest(world.admin, {world.change(entity::note, note, Operation::remove, {})});
    const auto edit = [&](const std::string& text) {
        return world.update(entity::note, note, {{"note", text}});
    };
    EXPECT_EQ(world.push(bert, {edit("not mine")}).receipt.code, "not_found");
    EXPECT_EQ(world.push(anna, {edit(std::string(3'000, 'x'))}).receipt.code, "validation_failed");
    Change disguised = edit("mine");
    disguised.entity = entity::site_visit;
    EXPECT_EQ(world.push(anna, {disguised}).receipt.code, "not_found");
    EXPECT_EQ(world.push(anna, {edit("mine")}).receipt.status, ReceiptStatus::merged);
    EXPECT_EQ(world.all(entity::conflict).size(), 1U);
}

TEST_F(Rights, APropertyWithdrawnSinceWasSeen) {
    auto device = world.device_of(world.anna);
    world.rest(world.admin,
               {world.update(entity::property, world.property, {{"status", std::string("draft")}})});
    EXPECT_EQ(world.push(device, {visit(world.lead, world.property)}).receipt.status, ReceiptStatus::applied);
    device.cursor = world.head();
    EXPECT_EQ(world.push(device, {visit(world.lead, world.property)}).receipt.status,
              ReceiptStatus::rejected);
}

TEST_F(Rights, AdminsMakeNoSuperAdmins) {
    const auto user = [&](const std::string& type, const std::string& email) {
        return world.insert(entity::user, world.new_uid(),
                            {{"name", std::string("New")}, {"email", email}, {"user_type", type}});
    };
    const auto promote = world.update(entity::user, world.anna, {{"user_type", std::string("super_admin")}});
    EXPECT_EQ(world.rest(world.admin, {user("super_admin", "new@example.com")}).receipt.code,
              "validation_failed");
    EXPECT_EQ(world.rest(world.admin, {promote}).receipt.code, "validation_failed");
    EXPECT_EQ(world.rest(world.admin, {user("staff", "new@example.com")}).receipt.status,
              ReceiptStatus::applied);
    // An address is one user's, in either case of its letters.
    const auto taken = world.rest(world.admin, {user("staff", "NEW@example.com")});
    ASSERT_EQ(taken.receipt.errors.size(), 1U);
    EXPECT_EQ(schema::message_of(taken.receipt.errors[0]), "The email has already been taken.");
}

TEST_F(Rights, DevicesDoNotSetWhatTheyNeverGet) {
    auto device = world.device_of(world.admin);
    const auto outcome = world.push(
        device, {world.update(entity::user, world.anna, {{"email", std::string("other@example.com")}})});
    ASSERT_EQ(outcome.receipt.errors.size(), 1U);
    EXPECT_EQ(outcome.receipt.errors[0].broken, schema::Broken::not_allowed);
}

TEST_F(Rights, WorkIsGivenToPeopleWhoAreThere) {
    world.rest(world.admin, {world.update(entity::user, world.bert, {{"is_active", false}})});
    EXPECT_EQ(world.rest(world.admin, {world.update(entity::lead, world.lead, {{"assigned_to", world.bert}})})
                  .receipt.code,
              "validation_failed");
}

TEST_F(Rights, ADeactivatedUserWritesNothing) {
    auto device = world.device_of(world.anna);
    world.rest(world.admin, {world.update(entity::user, world.anna, {{"is_active", false}})});
    EXPECT_EQ(world.push(device, {visit(world.lead, world.property)}).receipt.code, "forbidden");
}

TEST_F(Rights, WhoIsDeactivatedIsSignedOut) {
    const std::int64_t id = world.find(entity::user, world.anna)->id;
    world.database->write([&](storage::Connection& connection) {
        connection.execute(
            "INSERT INTO token (id, business_id, user_id, surface, hash, created_at, last_used_at)"
            " VALUES (1, ?1, ?2, 'crm', ?3, 0, 0)",
            {number(world.business), id, storage::Blob(std::string_view("hash"))});
    });
    const auto tokens = [&] {
        return world.database->read(
            [](storage::Connection& connection) { return connection.integer("SELECT count(*) FROM token"); });
    };
    world.rest(world.admin, {world.update(entity::user, world.bert, {{"is_active", false}})});
    EXPECT_EQ(tokens(), 1);
    world.rest(world.admin, {world.update(entity::user, world.anna, {{"is_active", false}})});
    EXPECT_EQ(tokens(), 0);
}

}  // namespace
}  // namespace fieldsync::testing
