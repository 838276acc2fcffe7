#include "server/comparison/random_work.hpp"

#include <algorithm>
#include <array>

#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"
#include "write_path/change_log.hpp"

namespace fieldsync::server::testing {
namespace {

namespace entity = schema::entity;
using http::Method;
using schema::Change;
using schema::Field;
using schema::FieldChange;
using schema::Operation;
using schema::Record;
using schema::Seq;
using schema::Type;
using schema::Uid;
using schema::Value;
namespace json = boost::json;

// What people do most comes up most.
constexpr std::array kWorkedOn{
    entity::lead,     entity::lead,         entity::lead,          entity::note,     entity::note,
    entity::note,     entity::site_visit,   entity::site_visit,    entity::client,   entity::client,
    entity::client,   entity::requirement,  entity::requirement,   entity::property, entity::property,
    entity::phase,    entity::phase,        entity::project,       entity::project,  entity::project_member,
    entity::location, entity::notification, entity::property_type, entity::owner,    entity::lead};
// What administrators rarely do, and what nobody may.
constexpr std::array kRare{entity::user,     entity::stage,    entity::sourcing_channel, entity::business,
                           entity::conflict, entity::activity, entity::stage_history};

constexpr std::array kWords{"Indore",       "Bhopal",   "Vijay Nagar", "बहुत अच्छा",
                            "ÄRGER Straße", "İstanbul", "any",         "o'Brien \"x\"",
                            "50 % \\",      "🏠 garden", "z",           " Z "};
constexpr std::array kPeople{"john@example.com", "rahul@example.com", "staff@example.com"};
// Few, so that two write the same at one moment, and some are bad.
constexpr std::array kDates{"2026-05-18", "2026-05-19", "2026-05-20", "2027-01-01", "2026-02-30"};
constexpr std::array kSearches{"an", "AN", "%C3%A4rg", "%C3%84RGER", "%C4%B0stan", "50%25", "_"};
constexpr std::array kTimes{"00:30", "09:15", "15:00", "25:00"};

}  // namespace

RandomWork::RandomWork(std::uint64_t seed, surfaces::testing::DemoServer& seen)
    : engine_(seed), uids_(seed), seen_(seen), tables_(schema::Schema::current()) {
    seen.database->read([&](storage::Connection& connection) {
        connection.query(
            "SELECT business_id, uid, user_type FROM \"user\" WHERE business_id IN (1, 2)"
            " AND user_type IN ('admin', 'staff') ORDER BY business_id, id",
            {}, [&](storage::Row& row) {
                const bool is_admin = row.text(2) == "admin";
                const int stores = is_admin ? 4 : 2;  // staff may do little
                for (int i = 0; i < stores; ++i) {
                    Device& device = devices_.emplace_back();
                    device.business = BusinessId{row.integer(0)};
                    device.user = read_uid(row, 1);
                    device.is_admin = is_admin;
                    device.store = sync::new_uid(seen.clock, uids_);
                    device.clock_ahead_ms = static_cast<std::int64_t>(below(600'000)) - 300'000;
                }
            });
    });
    for (Device& device : devices_) device.cursor = head(device.business);
}

Step RandomWork::next() {
    if (in(50)) return push();
    if (in(40)) return of_the_office();
    return call();
}

void RandomWork::answered(const WriteRequest& request, const WriteOutcome& outcome) {
    for (Device& device : devices_)
        if (device.store == request.store)
            device.number =
                outcome.must_renumber ? outcome.last_number : std::max(device.number, request.set.number);
}

WriteRequest RandomWork::push() {
    if (!pushed_.empty() && in(4)) return one_of(pushed_);  // its receipt was lost
    Device& device = devices_[below(devices_.size())];
    if (in(15)) device.cursor = head(device.business);
    WriteRequest request;
    request.business = device.business;
    request.author = device.user;
    request.origin = Origin::push;
    request.store = device.store;
    request.set.uid = sync::new_uid(seen_.clock, uids_);
    request.set.number = device.number + (in(3) ? 2 : 1);
    request.set.made_at_us = seen_.clock.now_us() + device.clock_ahead_ms * 1000;
    request.set.hlc = sync::Hlc::at(request.set.made_at_us / 1000);
    request.set.made_at_cursor = device.cursor;
    request.set.changes = changes(device, device.cursor);
    pushed_.push_back(request);
    return request;
}

// As REST makes them, by change-set: of fields that no endpoint has yet.
WriteRequest RandomWork::of_the_office() {
    const Device& whose = one_of(devices_);
    WriteRequest request;
    request.business = whose.business;
    request.author = whose.user;
    request.set.uid = sync::new_uid(seen_.clock, uids_);
    request.set.made_at_us = seen_.clock.now_us();
    request.set.hlc = sync::Hlc::at(request.set.made_at_us / 1000);
    request.set.changes = changes(whose, {});
    return request;
}

Call RandomWork::call() {
    const auto id = [&](schema::EntityNumber of) {
        const auto record = existing(BusinessId{1}, of);
        return record ? record->id : 999;
    };
    const auto lead = [&] { return "/api/leads/" + std::to_string(id(entity::lead)); };
    const auto client = [&] { return "/api/clients/" + std::to_string(id(entity::client)); };
    const std::string email = one_of(kPeople);
    const auto body = [](const json::object& object) { return json::serialize(object); };
    switch (below(10)) {
        case 0:
            return {Method::put, lead() + "/stage", email,
                    body({{"stage_id", id(entity::stage)}, {"note", one_of(kWords)}})};
        case 1:
            return {Method::post, lead() + "/notes", email, body({{"note", one_of(kWords)}})};
        case 2:
            return {Method::post, lead() + "/visits", email,
                    body({{"property_id", id(entity::property)},
                          {"visit_date", one_of(kDates)},
                          {"visit_time", one_of(kTimes)},
                          {"accompanying_staff", one_of(kWords)},
                          {"notes", one_of(kWords)}})};
        case 3:
            return {Method::put, client(), email,
                    body({{"city", one_of(kWords)}, {"assigned_to", id(entity::user)}})};
        case 4:
            return {Method::post, "/api/clients", email,
                    body({{"first_name", one_of(kWords)},
                          {"last_name", "Rao"},
                          {"mobile", std::to_string(9'827'000'000 + below(1000))},
                          {"sourcing_channel_id", id(entity::sourcing_channel)},
                          {"interest_type", "buy"}})};
        case 5:
            return {
                Method::post, client() + "/requirements", email,
                body(
                    {{"interest_type", "buy"}, {"max_budget", below(9'000'000)}, {"notes", one_of(kWords)}})};
        case 6:
            return {Method::get, "/api/leads?per_page=5&page=" + std::to_string(below(4)), email, {}};
        case 7:
            return {Method::get, "/api/clients?search=" + std::string(one_of(kSearches)), email, {}};
        case 8:
            return {Method::get, lead(), email, {}};
        default:
            return {Method::get, lead() + "/activity", email, {}};
    }
}

std::vector<Change> RandomWork::changes(const Device& author, Seq base) {
    std::vector<Change> all;
    const std::size_t wanted = in(70) ? 1 : 1 + below(4);
    while (all.size() < wanted)
        if (auto drawn = change(author, base)) all.push_back(std::move(*drawn));
    return all;
}

bool RandomWork::tries(const Device& author, schema::Writer who_may) {
    if (who_may == schema::Writer::nobody) return in(1);
    return author.is_admin || who_may != schema::Writer::admin || in(3);
}

std::optional<Change> RandomWork::change(const Device& author, Seq base) {
    const BusinessId business = author.business;
    Change change;
    change.entity = in(4) ? one_of(kRare) : one_of(kWorkedOn);
    const schema::EntityTable& table = tables_.schema().at(change.entity);
    const std::uint64_t kind = below(100);
    const auto record = existing(business, change.entity);
    const auto may_be_set = [&](const Field& field) {
        if (field.is_insert_only && change.operation == Operation::update) return in(1);
        if (field.policy == schema::Policy::server_only || field.fill != schema::Fill::none) return in(1);
        return tries(author, field.writer);
    };
    if (kind < 60 && record) {
        change.uid = record->uid;
        const std::size_t wanted = 1 + below(2);
        for (int tries = 0; tries < 30 && change.fields.size() < wanted; ++tries) {
            const Field& field = one_of(table.fields());
            if (change.find(field.number) == nullptr && may_be_set(field))
                change.fields.push_back(field_change(business, field, &*record, base));
        }
        if (change.fields.empty()) return std::nullopt;
    } else if (kind < 65 && record) {
        if (!tries(author, table.entity().deleter)) return std::nullopt;
        change.operation = Operation::remove;
        change.uid = record->uid;
    } else {
        if (!tries(author, table.entity().inserter)) return std::nullopt;
        change.operation = Operation::insert;
        change.uid = sync::new_uid(seen_.clock, uids_);
        for (const Field& field : table.fields())
            if ((field.is_required || in(30)) && may_be_set(field))
                change.fields.push_back(field_change(business, field, nullptr, base));
    }
    return change;
}

FieldChange RandomWork::field_change(BusinessId business, const Field& field, const Record* current,
                                     Seq base) {
    FieldChange change;
    change.field = field.number;
    change.value = value(business, field);
    change.base = base;
    const Value* held = current == nullptr ? nullptr : current->fields.get(field.number);
    if (field.policy == schema::Policy::merge_text) {
        // Another line or word on what he had before him, which may be a little old.
        const auto* text = held == nullptr ? nullptr : std::get_if<std::string>(held);
        change.base_text = text == nullptr || in(20) ? "one\ntwo\nthree" : *text;
        const std::string more = one_of(kWords);
        if (!in(20))
            change.value =
                in(50) ? *change.base_text + "\nand " + more : "first " + more + "\n" + *change.base_text;
    }
    if (field.policy == schema::Policy::union_sets && current != nullptr) {
        change.added = schema::make_set({in(50) ? "garden" : "parking"});
        change.removed = schema::make_set({in(50) ? "lift" : "pool"});
    }
    if (field.policy == schema::Policy::closed_wins) change.reopens = in(20);
    return change;
}

Value RandomWork::value(BusinessId business, const Field& field) {
    if (!field.is_required && in(6)) return {};
    switch (field.type) {
        case Type::boolean:
            return in(50);
        case Type::integer:
        case Type::decimal:
            return static_cast<std::int64_t>(below(in(90) ? 100 : 1'000'000'000));
        case Type::timestamp:
            return seen_.clock.now_us();
        case Type::date:
            return std::string(one_of(kDates));
        case Type::time_of_day:
            return std::string(one_of(kTimes));
        case Type::enumeration:
            return std::string(one_of(field.values));
        case Type::string_set:
            return schema::make_set({one_of(kWords), "lift", in(50) ? "pool" : "garden"});
        case Type::relation: {
            const bool is_any = schema::number(field.target) == 0 || in(3);
            const auto record = is_any ? std::nullopt : existing(business, field.target);
            return record ? record->uid : sync::new_uid(seen_.clock, uids_);
        }
        case Type::text:
            break;
    }
    if (field.format == schema::Format::email)
        return (in(50) ? "Ärger" : "someone") + std::to_string(below(4)) + "@Example.com";
    if (field.format == schema::Format::digits) return std::to_string(9'827'000'000 + below(1000));
    if (!field.default_text.empty() && in(80)) return std::string(field.default_text);
    std::string text = one_of(kWords);
    if (field.multiline && in(50)) text += "\n" + std::string(one_of(kWords));
    if (text.size() > field.chars_max && in(95)) text = "#1a2b3c";
    return in(97) ? text : std::string();
}

std::optional<Record> RandomWork::existing(BusinessId business, schema::EntityNumber of) {
    const std::string table = "\"" + std::string(tables_.schema().at(of).name()) + "\"";
    return seen_.database->read([&](storage::Connection& connection) -> std::optional<Record> {
        const std::int64_t count =
            connection
                .integer("SELECT count(*) FROM " + table + " WHERE business_id = ?1", {number(business)})
                .value();
        if (count == 0) return std::nullopt;
        // Mostly one of a few, so that people meet.
        const auto choice = static_cast<std::uint64_t>(in(70) ? std::min<std::int64_t>(count, 3) : count);
        Uid uid;
        connection.query("SELECT uid FROM " + table + " WHERE business_id = ?1 ORDER BY id LIMIT 1 OFFSET ?2",
                         {number(business), static_cast<std::int64_t>(below(choice))},
                         [&](storage::Row& row) { uid = read_uid(row, 0); });
        return tables_.at(of).find(connection, business, uid)->record;
    });
}

Seq RandomWork::head(BusinessId business) {
    return seen_.database->read(
        [&](storage::Connection& connection) { return read_head(connection, business).seq; });
}

}  // namespace fieldsync::server::testing
