#include "demo/seeding.hpp"

#include <cmath>
#include <stdexcept>

#include "fieldsync/schema/calendar.hpp"
#include "fieldsync/sync/hlc.hpp"
#include "write_path/change_log.hpp"

namespace fieldsync::server::demo {
namespace {

using schema::Change;
using schema::Uid;
using schema::Value;

// When the demo data count as entered. Fixed, so that the same seed gives the same log; each record has its
// own times.
constexpr std::string_view kEnteredAt = "2026-05-20T08:00:00Z";

constexpr const char* kInsertCredential =
    "INSERT INTO credential (user_id, business_id, password_hash) VALUES (?1, ?2, ?3)";

[[noreturn]] void refused(std::string_view label, const sync::Receipt& receipt) {
    std::string reason =
        "demo data: " + std::string(label) + " was refused: " + receipt.code + ", " + receipt.message;
    for (const schema::FieldError& error : receipt.errors) reason += " " + schema::message_of(error);
    throw std::runtime_error(reason);
}

}  // namespace

Value text(std::string_view value) {
    return value.empty() ? Value() : Value(std::string(value));
}
Value money(std::int64_t rupees) {
    return rupees == 0 ? Value() : Value(rupees * 100);
}
Value size(std::int64_t square_feet) {
    return square_feet == 0 ? Value() : Value(square_feet * 100);
}
Value degrees(double value) {
    return static_cast<std::int64_t>(std::llround(value * 1e7));
}
Value utc(std::string_view time) {
    return schema::parse_utc(time);
}

Seeding::Seeding(storage::Connection& connection, const WritePath& path, const Place& place)
    : connection_(connection), path_(path), place_(place) {}

Uid Seeding::uid(schema::EntityNumber entity, std::string_view name) const {
    const std::string_view kind = path_.tables().schema().at(entity).name();
    return schema::derive_uid({place_.uid}, "demo " + std::string(kind) + " " + std::string(name));
}

Value Seeding::to(schema::EntityNumber entity, std::string_view name) const {
    return name.empty() ? Value() : Value(uid(entity, name));
}

Uid Seeding::add(schema::EntityNumber entity, std::string_view name, const Fields& fields) {
    const schema::EntityTable& table = path_.tables().schema().at(entity);
    Change change;
    change.entity = entity;
    change.uid = uid(entity, name);
    change.operation = schema::Operation::insert;
    for (const auto& [field_name, value] : fields) {
        const schema::Field* field = table.field(field_name);
        if (field == nullptr) throw std::logic_error("no field " + std::string(field_name));
        if (!schema::is_null(value)) change.set(field->number, value);
    }
    changes_.push_back(std::move(change));
    return changes_.back().uid;
}

void Seeding::add(std::vector<Change> changes) {
    for (Change& change : changes) changes_.push_back(std::move(change));
}

void Seeding::write(std::string_view label) {
    WriteRequest request;
    request.business = place_.business;
    request.origin = Origin::system;
    request.set.uid = schema::derive_uid({place_.uid}, "demo change-set " + std::string(label));
    request.set.made_at_us = schema::parse_utc(kEnteredAt);
    request.set.hlc = sync::Hlc::at(request.set.made_at_us / 1000);
    request.set.changes = std::move(changes_);
    changes_.clear();
    const WriteOutcome outcome = path_.run(connection_, request);
    if (outcome.receipt.status == sync::ReceiptStatus::rejected) refused(label, outcome.receipt);
    for (const sync::IdGiven& given : outcome.receipt.ids) ids_[given.uid] = given.id;
}

void Seeding::set_password(std::string_view user, std::string_view password_hash) {
    connection_.execute(kInsertCredential,
                        {ids_.at(uid(entity::user, user)), number(place_.business), password_hash});
}

Place make_business(storage::Connection& connection, const WritePath& path, const Uid& uid,
                    const Seeding::Fields& fields) {
    const BusinessId id{next_id(connection, kNoBusiness, "business")};
    const schema::EntityTable& table = path.tables().schema().at(entity::business);
    Change change;
    change.entity = entity::business;
    change.uid = uid;
    change.operation = schema::Operation::insert;
    for (const auto& [name, value] : fields)
        if (!schema::is_null(value)) change.set(table.field(name)->number, value);
    Seeding seeding(connection, path, {id, uid});
    seeding.add({std::move(change)});
    seeding.write("business");
    return seeding.place();
}

}  // namespace fieldsync::server::demo
