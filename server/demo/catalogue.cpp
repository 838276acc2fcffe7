#include "demo/catalogue.hpp"

#include <string>

#include "fieldsync/schema/entities.hpp"

namespace fieldsync::server::demo {
namespace {

using schema::Change;
using schema::number_of;
using schema::Uid;
namespace entity = schema::entity;

struct StageRow {
    std::string_view name, color;
    enum Kind { open, first, won, lost } kind;
};
constexpr StageRow kStages[] = {
    {"New Lead", "#6c757d", StageRow::first},         {"Site Visit Scheduled", "#0dcaf0", StageRow::open},
    {"Options Suggested", "#0d6efd", StageRow::open}, {"Negotiation", "#ffc107", StageRow::open},
    {"Site Visit Done", "#6f42c1", StageRow::open},   {"Closed — Won", "#198754", StageRow::won},
    {"Closed — Lost", "#dc3545", StageRow::lost},
};

struct TypeRow {
    std::string_view name, slug;
};
constexpr TypeRow kPropertyTypes[] = {
    {"Flat / Apartment", "flat"}, {"Plot / Land", "plot"},  {"Villa", "villa"},
    {"Commercial", "commercial"}, {"Bungalow", "bungalow"}, {"Agricultural Land", "agricultural_land"},
};

constexpr std::string_view kChannels[] = {"Direct Inquiry", "Referral", "Walk-In"};

Uid uid_of(const Uid& business, std::string_view kind, std::string_view name) {
    return schema::derive_uid({business}, "default " + std::string(kind) + " " + std::string(name));
}

Change insert_of(schema::EntityNumber entity, const Uid& uid) {
    Change change;
    change.entity = entity;
    change.uid = uid;
    change.operation = schema::Operation::insert;
    return change;
}

}  // namespace

Uid default_stage(const Uid& business, std::string_view name) {
    return uid_of(business, "stage", name);
}
Uid default_property_type(const Uid& business, std::string_view slug) {
    return uid_of(business, "type", slug);
}
Uid default_channel(const Uid& business, std::string_view name) {
    return uid_of(business, "channel", name);
}

std::vector<Change> default_catalogue(const Uid& business) {
    std::vector<Change> changes;
    std::int64_t order = 0;
    for (const StageRow& row : kStages) {
        Change& stage = changes.emplace_back(insert_of(entity::stage, default_stage(business, row.name)));
        stage.set(number_of<schema::stage_fields>("name"), std::string(row.name));
        stage.set(number_of<schema::stage_fields>("color"), std::string(row.color));
        stage.set(number_of<schema::stage_fields>("order"), ++order);
        stage.set(number_of<schema::stage_fields>("is_default"), row.kind == StageRow::first);
        stage.set(number_of<schema::stage_fields>("is_closed_won"), row.kind == StageRow::won);
        stage.set(number_of<schema::stage_fields>("is_closed_lost"), row.kind == StageRow::lost);
    }
    order = 0;
    for (const TypeRow& row : kPropertyTypes) {
        Change& type =
            changes.emplace_back(insert_of(entity::property_type, default_property_type(business, row.slug)));
        type.set(number_of<schema::property_type_fields>("name"), std::string(row.name));
        type.set(number_of<schema::property_type_fields>("slug"), std::string(row.slug));
        type.set(number_of<schema::property_type_fields>("sort_order"), ++order);
    }
    for (const std::string_view name : kChannels) {
        Change& channel =
            changes.emplace_back(insert_of(entity::sourcing_channel, default_channel(business, name)));
        channel.set(number_of<schema::sourcing_channel_fields>("name"), std::string(name));
    }
    return changes;
}

}  // namespace fieldsync::server::demo
