#include "simulation/town.hpp"

#include "fieldsync/schema/entities.hpp"
#include "simulation/scheduler.hpp"

namespace fieldsync::simulation {
namespace {

using Text = std::string;
namespace entity = schema::entity;

void add_people(testing::World& world, Town& town) {
    town.staff = {world.admin, world.anna, world.bert, world.new_uid(), world.new_uid()};
    town.names = {"admin", "anna", "bert", "chitra", "deepa"};
    town.client_user = world.new_uid();
    const auto user = [&](const Uid& uid, const Text& name, const Text& kind) {
        return world.insert(entity::user, uid,
                            {{"name", name}, {"email", name + "@example.com"}, {"user_type", kind}});
    };
    world.system({user(town.staff[3], "chitra", "staff"), user(town.staff[4], "deepa", "admin"),
                  user(town.client_user, "owner", "client")});
}

void add_leads(testing::World& world, const Town& town) {
    for (std::size_t i = 0; i < 5; ++i) {
        const Uid client = world.new_uid(), requirement = world.new_uid(), lead = world.new_uid();
        const Uid& staff = town.staff[1 + i % 3];
        world.system(
            {world.insert(entity::client, client,
                          {{"first_name", Text("Client") + static_cast<char>('A' + i)},
                           {"last_name", Text("Shah")},
                           {"mobile", Text("982770001") + static_cast<char>('0' + i)},
                           {"sourcing_channel", world.channel},
                           {"interest_type", Text("buy")},
                           {"assigned_to", staff}}),
             world.insert(
                 entity::requirement, requirement,
                 {{"client", client}, {"interest_type", Text("buy")}, {"notes", Text("one\ntwo\nthree")}}),
             world.insert(entity::lead, lead,
                          {{"client", client},
                           {"requirement", requirement},
                           {"stage", world.stage_new},
                           {"assigned_to", staff}}),
             world.insert(entity::note, world.new_uid(),
                          {{"lead", lead}, {"note", Text("first\nsecond\nthird")}, {"created_by", staff}})});
    }
}

void add_projects(testing::World& world, const Town& town) {
    for (std::size_t i = 0; i < 2; ++i) {
        const Uid project = world.new_uid();
        std::vector<schema::Change> changes{
            world.insert(entity::project, project,
                         {{"name", Text("Villa ") + static_cast<char>('1' + i)},
                          {"description", Text("roof\nwalls\nfloor")},
                          {"client_user", town.client_user}}),
            world.insert(entity::project_member, world.new_uid(),
                         {{"project", project}, {"user", town.staff[1 + i]}})};
        for (const char* phase : {"Foundation", "Roof"})
            changes.push_back(world.insert(
                entity::phase, world.new_uid(),
                {{"project", project}, {"phase_key", Text(phase) + "-key"}, {"name", Text(phase)}}));
        world.system(std::move(changes));
    }
}

}  // namespace

Town::Town() : world_(std::make_unique<testing::World>(kStartUs - 3'600 * kSecond)) {
    testing::World& world = *world_;
    business = world.business;
    business_uid = world.business_uid;
    channel = world.channel;
    property_type = world.type;
    stages = {world.stage_new, world.stage_visit, world.stage_won, world.stage_lost};
    add_people(world, *this);
    add_leads(world, *this);
    add_projects(world, *this);
    world.database->write(
        [](server::storage::Connection& connection) { server::prepare_tables(connection, schema()); });
    is_sqlite_ = world.database->dialect() == server::storage::Dialect::sqlite;
    world.close();
    if (!is_sqlite_) world.place.back_up();
}

const schema::Schema& Town::schema() {
    static const schema::Schema grown = schema::Schema::current().with_field(
        entity::client, schema::text(60, "nickname").chars(20).indexed(), 2);
    return grown;
}

void Town::found(const std::filesystem::path& directory) const {
    if (!is_sqlite_) return world_->place.restore();
    std::filesystem::copy_file(world_->dir.path() / "fieldsync.db", directory / "fieldsync.db");
}

std::string Town::uri(const std::filesystem::path& directory) const {
    return is_sqlite_ ? "sqlite:" + (directory / "fieldsync.db").string() : world_->place.uri();
}

std::string Town::name_of(const Uid& uid) const {
    for (std::size_t i = 0; i < staff.size(); ++i)
        if (staff[i] == uid) return names[i];
    if (uid == business_uid) return "the business";
    if (uid.is_nil()) return "everything";
    return "#" + uid.to_string().substr(30);
}

}  // namespace fieldsync::simulation
