// Adding a field to an entity is one line in schema/: here one line, on a database and devices that exist
// already.
#include <gtest/gtest.h>

#include "loopback/fleet.hpp"

namespace fieldsync::testing {
namespace {

const schema::Schema& grown() {
    static const schema::Schema schema = schema::Schema::current().with_field(
        entity::client, schema::text(60, "nickname").chars(20).indexed(), 2);
    return schema;
}

TEST(SchemaGrowth, AFieldMoreIsInTheTableOnTheWireInValidationAndInQueries) {
    // A database of before, then the program of after.
    Fleet fleet(Carried::http, grown());
    World& world = fleet.world;
    world.database->read([&](storage::Connection& connection) {
        EXPECT_EQ(connection.integer("SELECT count(*) FROM client WHERE nickname IS NULL"), 1);
    });

    auto anna = fleet.device(world.anna);
    auto admin = fleet.device(world.admin);
    anna->sync_well();
    const auto nickname = [&](const std::string& text) {
        Change change = world.update(entity::client, world.client, {});
        change.set(schema::FieldNumber{60}, text);
        return change;
    };
    const auto too_long = anna->engine->write({nickname(std::string(21, 'x'))});
    ASSERT_FALSE(too_long);
    EXPECT_EQ(too_long.error().errors.at(0).field, "nickname");
    anna->write({nickname("Ank")});
    anna->sync_well();
    admin->sync_well();
    device::Query query;
    query.entity = entity::client;
    query.where(schema::FieldNumber{60}, std::string("Ank"));
    EXPECT_EQ(*admin->engine->count(query), 1U);
    EXPECT_EQ(admin->engine->plan(query)->index, "nickname");
    fleet.expect_agreement({anna.get(), admin.get()});
}

TEST(SchemaGrowth, ADeviceOfBeforeKeepsWhatItDoesNotKnow) {
    Fleet fleet(Carried::websocket, grown());
    World& world = fleet.world;
    auto newer = fleet.device(world.admin);
    auto older = fleet.device(world.admin, 0, schema::Schema::current());
    newer->sync_well();
    older->sync_well();
    Change nickname = world.update(entity::client, world.client, {});
    nickname.set(schema::FieldNumber{60}, std::string("Ank"));
    newer->write({nickname});
    newer->sync_well();
    older->sync_well();
    older->write({world.update(entity::client, world.client, {{"city", std::string("Indore")}})});
    fleet.expect_agreement({older.get(), newer.get()});
    EXPECT_EQ(newer->text(entity::client, world.client, "nickname"), "Ank");
    EXPECT_EQ(newer->text(entity::client, world.client, "city"), "Indore");
    // Updated, it shows what it kept.
    older->open_as(grown());
    EXPECT_EQ(older->text(entity::client, world.client, "nickname"), "Ank");
    fleet.expect_agreement({older.get()});
}

}  // namespace
}  // namespace fieldsync::testing
