#include "world.hpp"

namespace fieldsync::testing {

Uid uid(std::uint16_t n) {
    Uid made;
    made.bytes[0] = 0x01;
    made.bytes[6] = 0x70;
    made.bytes[8] = 0x80;
    made.bytes[14] = static_cast<std::uint8_t>(n >> 8);
    made.bytes[15] = static_cast<std::uint8_t>(n & 0xFF);
    return made;
}

Record make_record(schema::EntityNumber entity, const Uid& uid, const Uid& scope, std::uint64_t seq,
                   std::vector<FieldMap::Item> fields, std::int64_t id) {
    Record record;
    record.entity = entity;
    record.uid = uid;
    record.scope = scope;
    record.seq = Seq{seq};
    record.id = id;
    for (auto& [number, value] : fields) record.fields.set(number, std::move(value));
    return record;
}

device::Account World::staff_account() const {
    return {"http://server", "token", staff, business, "staff", "Sam Staff", "sam@example.com"};
}

device::Account World::admin_account() const {
    return {"http://server", "token", admin, business, "admin", "Ada Admin", "ada@example.com"};
}

std::vector<Record> World::business_records(std::uint64_t seq) const {
    return {
        make_record(entity::business, business, business, seq,
                    {{field::business_name, "Acme"}, {field::time_zone, "Asia/Kolkata"}}, 1),
        make_record(entity::user, staff, business, seq,
                    {{field::user_name, "Sam"}, {field::user_type, "staff"}}, 1),
        make_record(entity::user, admin, business, seq,
                    {{field::user_name, "Ada"}, {field::user_type, "admin"}}, 2),
        make_record(entity::user, other_staff, business, seq,
                    {{field::user_name, "Olu"}, {field::user_type, "staff"}}, 3),
        make_record(
            entity::stage, fresh, business, seq,
            {{field::stage_name, "New"}, {field::stage_order, std::int64_t{1}}, {field::stage_default, true}},
            1),
        make_record(entity::stage, talking, business, seq,
                    {{field::stage_name, "Talking"}, {field::stage_order, std::int64_t{2}}}, 2),
        make_record(
            entity::stage, won, business, seq,
            {{field::stage_name, "Won"}, {field::stage_order, std::int64_t{3}}, {field::stage_won, true}}, 3),
        make_record(entity::sourcing_channel, channel, business, seq, {{field::channel_name, "Walk-in"}}, 1),
        make_record(entity::property_type, type, business, seq,
                    {{schema::number_of<schema::property_type_fields>("name"), "Flat"},
                     {schema::number_of<schema::property_type_fields>("slug"), "flat"}},
                    1),
        make_record(entity::property, property, business, seq,
                    {{field::title, "Sea View 3BHK"},
                     {field::property_type, type},
                     {field::listing_purpose, "for_sale"},
                     {field::property_status, "published"},
                     {field::description, "one\ntwo\nthree"},
                     {field::features, schema::StringSet{"lift", "pool"}}},
                    7),
    };
}

std::vector<Record> World::client_records(std::uint64_t seq) const {
    return {
        make_record(entity::client, client, client, seq,
                    {{field::first_name, "Rita"},
                     {field::last_name, "Rao"},
                     {field::mobile, "9876543210"},
                     {field::channel, channel},
                     {field::interest, "buy"},
                     {field::client_assigned_to, staff}},
                    5),
        make_record(entity::requirement, requirement, client, seq,
                    {{field::requirement_client, client},
                     {field::requirement_interest, "buy"},
                     {field::requirement_notes, "near school\nhigh floor\nparking"}},
                    6),
    };
}

std::vector<Record> World::lead_records(std::uint64_t seq) const {
    return {make_record(entity::lead, lead, lead, seq,
                        {{field::lead_client, client},
                         {field::lead_requirement, requirement},
                         {field::lead_stage, fresh},
                         {field::lead_assigned_to, staff}},
                        8)};
}

std::vector<Record> World::project_records(std::uint64_t seq) const {
    return {
        make_record(entity::project, project, project, seq,
                    {{field::project_name, "Tower"}, {field::project_status, "active"}}, 9),
        make_record(entity::project_member, member, project, seq,
                    {{field::member_project, project}, {field::member_user, staff}}, 10),
        make_record(entity::phase, phase, project, seq,
                    {{field::phase_project, project},
                     {field::phase_key, "base"},
                     {field::phase_name, "Foundation"},
                     {field::progress, std::int64_t{10}}},
                    11),
    };
}

std::vector<Record> World::staff_records(std::uint64_t seq) const {
    return {make_record(entity::notification, notice, staff, seq,
                        {{field::notice_user, staff}, {field::notice_title, "Hello"}}, 12)};
}

sync::Chunk World::everything(std::uint64_t seq) const {
    ChunkOf chunk(seq);
    const auto add = [&](const Uid& scope, std::vector<Record> records) {
        chunk.begin(scope, seq).part(scope, seq, std::move(records));
    };
    add(business, business_records(seq));
    add(client, client_records(seq));
    add(lead, lead_records(seq));
    add(project, project_records(seq));
    add(staff, staff_records(seq));
    return chunk.last();
}

ChunkOf& ChunkOf::begin(const Uid& scope, std::uint64_t start) {
    chunk_.begun.push_back({scope, Seq{start}});
    return *this;
}

ChunkOf& ChunkOf::evict(const Uid& scope) {
    chunk_.evicted.push_back(scope);
    return *this;
}

ChunkOf& ChunkOf::part(const Uid& scope, std::uint64_t read_at, std::vector<Record> records, bool is_done,
                       std::string position) {
    chunk_.parts.push_back({scope, Seq{read_at}, std::move(position), is_done, std::move(records)});
    return *this;
}

ChunkOf& ChunkOf::update(const Record& record, std::uint64_t seq, std::vector<FieldMap::Item> fields) {
    sync::LogChange change{
        Seq{seq}, record.scope, {record.entity, record.uid}, Operation::update, false, record.id, {}};
    for (auto& [number, value] : fields) change.fields.set(number, std::move(value));
    chunk_.changes.push_back(std::move(change));
    return *this;
}

ChunkOf& ChunkOf::whole(const Record& record, std::uint64_t seq) {
    chunk_.changes.push_back({Seq{seq},
                              record.scope,
                              {record.entity, record.uid},
                              Operation::insert,
                              true,
                              record.id,
                              record.fields});
    return *this;
}

ChunkOf& ChunkOf::remove(const Record& record, std::uint64_t seq) {
    chunk_.changes.push_back(
        {Seq{seq}, record.scope, {record.entity, record.uid}, Operation::remove, false, record.id, {}});
    return *this;
}

ChunkOf& ChunkOf::gone(const Record& record, const Uid& old_scope, std::uint64_t seq) {
    chunk_.changes.push_back(
        {Seq{seq}, old_scope, {record.entity, record.uid}, Operation::gone, false, 0, {}});
    return *this;
}

ChunkOf& ChunkOf::last() {
    chunk_.is_last = true;
    chunk_.head = chunk_.cursor.seq;
    return *this;
}

namespace {

Change change_of(Operation operation, schema::EntityNumber entity, const Uid& uid,
                 std::vector<FieldMap::Item> fields) {
    Change change;
    change.entity = entity;
    change.uid = uid;
    change.operation = operation;
    for (auto& [number, value] : fields) change.set(number, std::move(value));
    return change;
}

}  // namespace

Change insert_of(schema::EntityNumber entity, const Uid& uid, std::vector<FieldMap::Item> fields) {
    return change_of(Operation::insert, entity, uid, std::move(fields));
}

Change update_of(schema::EntityNumber entity, const Uid& uid, std::vector<FieldMap::Item> fields) {
    return change_of(Operation::update, entity, uid, std::move(fields));
}

Change remove_of(schema::EntityNumber entity, const Uid& uid) {
    return change_of(Operation::remove, entity, uid, {});
}

sync::Welcome welcome_at(std::int64_t server_time_us, sync::Limits limits) {
    sync::Welcome welcome;
    welcome.server_time_us = server_time_us;
    welcome.head = {Seq{100}, 1};
    welcome.limits = limits;
    return welcome;
}

sync::Receipt receipt_of(const Uid& change_set, std::uint64_t seq, std::vector<Uid> scopes,
                         std::vector<sync::IdGiven> ids) {
    sync::Receipt receipt;
    receipt.change_set = change_set;
    receipt.seq = Seq{seq};
    receipt.scopes = std::move(scopes);
    receipt.ids = std::move(ids);
    return receipt;
}

sync::Receipt rejection_of(const Uid& change_set, std::uint64_t seq, std::string code) {
    sync::Receipt receipt;
    receipt.change_set = change_set;
    receipt.status = sync::ReceiptStatus::rejected;
    receipt.seq = Seq{seq};
    receipt.code = std::move(code);
    receipt.message = "No.";
    return receipt;
}

}  // namespace fieldsync::testing
