// A client's requirements, each with the stage of its lead.
#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"
#include "surfaces/crm/access.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/format.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

namespace entity = schema::entity;

const std::string kSelect =
    "SELECT r.id, r.interest_type, r.property_type,"
    " (SELECT t.name FROM property_type t WHERE t.business_id = r.business_id AND t.slug = r.property_type"
    "  ORDER BY t.id LIMIT 1),"
    " r.min_budget, r.max_budget, r.min_size, r.max_size, r.preferred_location, r.notes, r.status, s.name, "
    "r.created_at"
    " FROM requirement r"
    " LEFT JOIN lead l ON l.business_id = r.business_id AND l.requirement = r.uid"
    " LEFT JOIN stage s ON s.business_id = r.business_id AND s.uid = l.stage"
    " WHERE r.business_id = ?1";
const std::string kOfClient = kSelect + " AND r.client = ?2 ORDER BY r.id";
const std::string kOne = kSelect + " AND r.uid = ?2";

constexpr auto kClient = schema::number_of<schema::requirement_fields>("client");
constexpr auto kMinBudget = schema::number_of<schema::requirement_fields>("min_budget");
constexpr auto kMaxBudget = schema::number_of<schema::requirement_fields>("max_budget");
constexpr auto kMinSize = schema::number_of<schema::requirement_fields>("min_size");
constexpr auto kMaxSize = schema::number_of<schema::requirement_fields>("max_size");
constexpr BodyField kBody[] = {
    {"interest_type", schema::number_of<schema::requirement_fields>("interest_type")},
    {"property_type", schema::number_of<schema::requirement_fields>("property_type")},
    {"min_budget", kMinBudget},
    {"max_budget", kMaxBudget},
    {"min_size", kMinSize},
    {"max_size", kMaxSize},
    {"preferred_location", schema::number_of<schema::requirement_fields>("preferred_location")},
    {"notes", schema::number_of<schema::requirement_fields>("notes")},
};

std::optional<PlainNumber> number_at(storage::Row& row, int column) {
    if (row.null(column)) return std::nullopt;
    return PlainNumber{row.integer(column), 2};
}

void write_requirement(JsonWriter& json, storage::Row& row) {
    const std::string_view interest = text_at(row, 1).value_or("");
    const std::string_view type = text_at(row, 2).value_or("");
    json.begin_object();
    json.field("id", row.integer(0));
    json.field("title",
               requirement_title(interest, type, text_at(row, 3).value_or(""), text_at(row, 8).value_or("")));
    json.field("interest_type", interest);
    json.field("property_type", text_at(row, 2));
    json.field("min_budget", number_at(row, 4));
    json.field("max_budget", number_at(row, 5));
    json.field("min_size", number_at(row, 6));
    json.field("max_size", number_at(row, 7));
    json.field("preferred_location", text_at(row, 8));
    json.field("notes", text_at(row, 9));
    json.field("status", text_at(row, 10));
    const auto stage = text_at(row, 11);
    json.field("lead_stage", stage ? std::optional(slug_of(*stage)) : std::nullopt);
    json.field("lead_stage_label", stage);
    json.field("created_at", time_at(row, 12));
    json.end_object();
}

http::Response created(const Caller& caller, storage::Connection& connection,
                       const schema::Uid& requirement) {
    return success(201, "Requirement created successfully.", [&](JsonWriter& json) {
        connection.query(kOne, {number(caller.business()), blob(requirement)},
                         [&](storage::Row& row) { write_requirement(json, row); });
    });
}

// The rulebook says so of a change that is sound otherwise; here all that is wrong is told at once.
void add_swapped(const schema::Change& change, schema::FieldNumber low, schema::FieldNumber high,
                 std::string_view low_name, schema::FieldErrors& errors) {
    const auto* least = schema::get_if<std::int64_t>(change.get(low));
    const auto* most = schema::get_if<std::int64_t>(change.get(high));
    if (least != nullptr && most != nullptr && *least > *most)
        errors.push_back({std::string(low_name), schema::Broken::too_large, *most, {}, 2});
}

}  // namespace

Outcome list_requirements(Context& context) {
    const auto client = open_client(context, "You are not authorized to view this client's requirements.");
    if (!client) return client.error();
    return success(200, "Requirements fetched successfully.", [&](JsonWriter& json) {
        json.begin_array();
        context.connection.query(kOfClient, {number(context.caller.business()), blob(client->uid)},
                                 [&](storage::Row& row) { write_requirement(json, row); });
        json.end_array();
    });
}

Outcome add_requirement(Context& context) {
    const auto client = open_client(context);
    if (!client) return client.error();
    const auto body = read_object(context.request);
    if (!body) return body.error();

    schema::Change change = context.insert(entity::requirement);
    change.set(kClient, client->uid);
    schema::FieldErrors errors;
    context.body().read(*body, kBody, change, errors);
    if (!errors.empty()) {
        add_swapped(change, kMinBudget, kMaxBudget, "min_budget", errors);
        add_swapped(change, kMinSize, kMaxSize, "min_size", errors);
        return invalid(errors, context.model.at(entity::requirement), kBody);
    }
    const schema::Uid uid = change.uid;
    return Write{{std::move(change)},
                 entity::requirement,
                 kBody,
                 {},
                 [uid](const Caller& caller, storage::Connection& c) { return created(caller, c, uid); }};
}

}  // namespace fieldsync::server::surfaces::crm
