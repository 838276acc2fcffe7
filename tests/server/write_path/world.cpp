#include "server/write_path/world.hpp"

#include <tuple>

namespace fieldsync::testing {

World::World(std::int64_t now_us, storage::Dialect stored_in) : place(dir.path(), stored_in) {
    clock.set(now_us);
    open();
    business = database->write([&](storage::Connection& connection) {
        prepare_tables(connection, tables.schema());
        return BusinessId{next_id(connection, kNoBusiness, "business")};
    });
    for (Uid* uid : {&business_uid, &admin, &anna, &bert, &type, &channel, &property, &draft, &stage_new,
                     &stage_visit, &stage_won, &stage_lost, &client, &requirement, &lead})
        *uid = new_uid();
    using S = std::string;
    database->write([&](storage::Connection& connection) {
        for (const auto& [id, slug, offline] : {std::tuple{1, "starter-tier", 0}, std::tuple{2, "pro", 1}})
            connection.execute(
                "INSERT INTO plan (id, name, slug, monthly_price, yearly_price, max_projects, max_locations, "
                "max_employees,"
                " has_client_portal, has_offline_sync, is_active) VALUES (?1, ?2, ?2, 0, 0, 0, 0, 0, 1, ?3, "
                "1)",
                {id, slug, offline});
    });
    system({insert(entity::business, business_uid,
                   {{"business_name", S("Agrawal")}, {"time_zone", S("Asia/Kolkata")}, {"plan", S("pro")}})});
    const auto user = [&](const Uid& uid, const S& name, const S& kind) {
        return insert(entity::user, uid,
                      {{"name", name}, {"email", name + "@example.com"}, {"user_type", kind}});
    };
    const auto stage = [&](const Uid& uid, const S& name, std::int64_t order, bool first, bool won,
                           bool lost) {
        return insert(entity::stage, uid,
                      {{"name", name},
                       {"order", order},
                       {"is_default", first},
                       {"is_closed_won", won},
                       {"is_closed_lost", lost}});
    };
    system({user(admin, "admin", "admin"), user(anna, "anna", "staff"), user(bert, "bert", "staff"),
            stage(stage_new, "New Lead", 1, true, false, false),
            stage(stage_visit, "Site Visit Done", 2, false, false, false),
            stage(stage_won, "Closed — Won", 3, false, true, false),
            stage(stage_lost, "Closed — Lost", 4, false, false, true),
            insert(entity::property_type, type, {{"name", S("Flat")}, {"slug", S("flat")}}),
            insert(entity::sourcing_channel, channel, {{"name", S("Walk-In")}})});
    const auto flat = [&](const Uid& uid, const S& title, const S& status) {
        return insert(entity::property, uid,
                      {{"title", title},
                       {"type", type},
                       {"listing_purpose", S("for_sale")},
                       {"status", status},
                       {"description", S("one\ntwo\nthree")},
                       {"features", schema::StringSet{"lift", "parking"}}});
    };
    system({flat(property, "3BHK Flat", "published"), flat(draft, "Secret", "draft")});
    system({insert(entity::client, client,
                   {{"first_name", S("Ankit")},
                    {"last_name", S("Patel")},
                    {"mobile", S("9827700002")},
                    {"sourcing_channel", channel},
                    {"interest_type", S("buy")},
                    {"assigned_to", anna}}),
            insert(entity::requirement, requirement, {{"client", client}, {"interest_type", S("buy")}}),
            insert(entity::lead, lead,
                   {{"client", client},
                    {"requirement", requirement},
                    {"stage", stage_new},
                    {"assigned_to", anna}})});
}

void World::open() {
    database = place.open();
}

World::Device World::device_of(const Uid& user) {
    Device device;
    device.user = user;
    device.store = new_uid();
    device.cursor = head();
    database->write([&](storage::Connection& connection) {
        connection.execute(
            "INSERT INTO store (business_id, uid, device, user_uid, last_number) VALUES (?1, ?2, ?2, ?3, 0)",
            {number(business), storage::Blob(device.store.view()), storage::Blob(user.view())});
    });
    return device;
}

Change World::change(schema::EntityNumber entity, const Uid& uid, Operation operation,
                     const std::map<std::string, Value>& fields) const {
    Change change;
    change.entity = entity;
    change.uid = uid;
    change.operation = operation;
    for (const auto& [name, value] : fields)
        change.set(tables.schema().at(entity).field(name)->number, value);
    return change;
}

WriteOutcome World::write(WriteRequest request) {
    request.business = business;
    return database->write([&](storage::Connection& connection) { return path.run(connection, request); });
}

WriteOutcome World::push(Device& device, std::vector<Change> changes) {
    WriteRequest request;
    request.author = device.user;
    request.origin = Origin::push;
    request.store = device.store;
    request.set.uid = new_uid();
    request.set.number = ++device.number;
    request.set.hlc = sync::Hlc::at(clock.now_us() / 1000 + device.clock_ahead_ms);
    request.set.made_at_us = clock.now_us();
    request.set.made_at_cursor = device.cursor;
    for (Change& change : changes)
        for (schema::FieldChange& field : change.fields)
            if (schema::number(field.base) == 0) field.base = device.cursor;
    request.set.changes = std::move(changes);
    return write(std::move(request));
}

WriteOutcome World::rest(const Uid& user, std::vector<Change> changes) {
    WriteRequest request;
    request.author = user;
    request.set.uid = new_uid();
    request.set.hlc = sync::Hlc::at(clock.now_us() / 1000);
    request.set.made_at_us = clock.now_us();
    request.set.changes = std::move(changes);
    return write(std::move(request));
}

void World::system(std::vector<Change> changes) {
    WriteRequest request;
    request.origin = Origin::system;
    request.set.uid = new_uid();
    request.set.hlc = sync::Hlc::at(clock.now_us() / 1000);
    request.set.made_at_us = clock.now_us();
    request.set.changes = std::move(changes);
    const WriteOutcome outcome = write(std::move(request));
    if (outcome.receipt.status == sync::ReceiptStatus::rejected)
        throw std::runtime_error("the world could not be made: " + outcome.receipt.message);
}

std::optional<schema::Record> World::find(schema::EntityNumber entity, const Uid& uid) {
    return database->read([&](storage::Connection& connection) -> std::optional<schema::Record> {
        auto stored = tables.at(entity).find(connection, business, uid);
        if (!stored) return std::nullopt;
        return stored->record;
    });
}

Value World::value(schema::EntityNumber entity, const Uid& uid, const std::string& field) {
    const auto record = find(entity, uid);
    const Value* value =
        record ? record->fields.get(tables.schema().at(entity).field(field)->number) : nullptr;
    return value == nullptr ? Value{} : *value;
}

std::string World::text(schema::EntityNumber entity, const Uid& uid, const std::string& field) {
    const Value held = value(entity, uid, field);
    const auto* text = std::get_if<std::string>(&held);
    return text == nullptr ? std::string() : *text;
}

std::vector<schema::Record> World::all(schema::EntityNumber entity) {
    std::vector<schema::Record> records;
    database->read([&](storage::Connection& connection) {
        tables.at(entity).each(connection, business, {}, {}, [&](const StoredRecord& stored) {
            records.push_back(stored.record);
            return true;
        });
    });
    return records;
}

Seq World::head() {
    return database->read(
        [&](storage::Connection& connection) { return read_head(connection, business).seq; });
}

std::vector<Grant> World::open_grants(const Uid& user) {
    std::vector<Grant> grants = database->read([&](storage::Connection& connection) {
        return read_grants(connection, business, user, read_head(connection, business).seq);
    });
    std::erase_if(grants, [](const Grant& grant) { return grant.to.has_value(); });
    return grants;
}

bool World::holds(const Uid& user, const Uid& scope) {
    for (const Grant& grant : open_grants(user))
        if (grant.scope == scope) return true;
    return false;
}

}  // namespace fieldsync::testing
