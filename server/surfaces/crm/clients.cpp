// Clients.
#include "fieldsync/schema/entities.hpp"
#include "records/values.hpp"
#include "surfaces/crm/access.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/crm/lead_rows.hpp"
#include "surfaces/filter.hpp"
#include "surfaces/rows.hpp"
#include "surfaces/text.hpp"

namespace fieldsync::server::surfaces::crm {
namespace {

namespace entity = schema::entity;

constexpr std::string_view kCount = "SELECT count(*) FROM client c WHERE c.business_id = ?1";
constexpr std::string_view kList =
    "SELECT c.id, c.first_name, c.last_name, c.mobile, c.email, c.interest_type, c.city FROM client c"
    " WHERE c.business_id = ?1";
constexpr std::string_view kOfStaff = "c.assigned_to = ?";
constexpr std::string_view kMatching =
    "(lower(c.first_name || ' ' || c.last_name) LIKE ? ESCAPE '\\' OR c.mobile LIKE ? ESCAPE '\\')";

constexpr const char* kOne =
    "SELECT c.id, c.first_name, c.last_name, c.mobile, c.email, c.address, c.city, c.interest_type, ch.id, "
    "ch.name,"
    " u.id, u.name FROM client c"
    " LEFT JOIN sourcing_channel ch ON ch.business_id = c.business_id AND ch.uid = c.sourcing_channel"
    " LEFT JOIN \"user\" u ON u.business_id = c.business_id AND u.uid = c.assigned_to"
    " WHERE c.business_id = ?1 AND c.uid = ?2";

consteval schema::FieldNumber field(std::string_view name) {
    return schema::number_of<schema::client_fields>(name);
}

// `assigned_to` comes last: only admins set it, and only when they create one.
constexpr BodyField kBody[] = {
    {"first_name", field("first_name")},
    {"last_name", field("last_name")},
    {"mobile", field("mobile")},
    {"email", field("email")},
    {"address", field("address")},
    {"city", field("city")},
    {"sourcing_channel_id", field("sourcing_channel")},
    {"interest_type", field("interest_type")},
    {"assigned_to", field("assigned_to")},
};
constexpr BodyFields kBodyOfAdmin{kBody};
constexpr BodyFields kBodyOfStaff{kBody, std::size(kBody) - 1};

constexpr std::string_view kMayNotView = "You are not authorized to view this client.";
constexpr std::string_view kMayNotUpdate = "You are not authorized to update this client.";

void write_reference(JsonWriter& json, std::string_view name, storage::Row& row, int id_column) {
    if (row.null(id_column)) return json.field(name, nullptr);
    json.object(name, [&] {
        json.field("id", row.integer(id_column));
        json.field("name", text_at(row, id_column + 1));
    });
}

void write_client(JsonWriter& json, storage::Row& row) {
    json.begin_object();
    json.field("id", row.integer(0));
    json.field("first_name", text_at(row, 1));
    json.field("last_name", text_at(row, 2));
    json.field("full_name", full_name_at(row, 1));
    json.field("mobile", text_at(row, 3));
    json.field("email", text_at(row, 4));
    json.field("address", text_at(row, 5));
    json.field("city", text_at(row, 6));
    json.field("interest_type", text_at(row, 7));
    write_reference(json, "sourcing_channel", row, 8);
    write_reference(json, "assigned_to", row, 10);
    json.end_object();
}

http::Response shown(unsigned status, std::string_view message, const Caller& caller,
                     storage::Connection& connection, const schema::Uid& client) {
    return success(status, message, [&](JsonWriter& json) {
        connection.query(kOne, {number(caller.business()), blob(client)},
                         [&](storage::Row& row) { write_client(json, row); });
    });
}

Outcome write_from_body(Context& context, schema::Change change, BodyFields fields,
                        std::string_view forbidden, unsigned status, std::string_view message) {
    const auto body = read_object(context.request);
    if (!body) return body.error();
    schema::FieldErrors errors;
    context.body().read(*body, fields, change, errors);
    if (!errors.empty()) return invalid(errors, context.model.at(entity::client), kBody);
    const schema::Uid uid = change.uid;
    return Write{
        {std::move(change)},
        entity::client,
        kBody,
        forbidden,
        [=](const Caller& caller, storage::Connection& c) { return shown(status, message, caller, c, uid); }};
}

}  // namespace

Outcome list_clients(Context& context) {
    const auto page = read_page(context.request);
    if (!page) return page.error();
    const Caller& caller = context.caller;
    Filter filter(caller.business());
    if (!caller.is_admin) filter.add(kOfStaff, blob(caller.owner.user));
    const std::string search(trimmed(context.request.query("search").value_or("")));
    const std::string pattern = contains_pattern(search);
    if (!search.empty()) filter.add(kMatching, pattern);

    const std::int64_t total =
        context.connection.integer(filter.sql(kCount), filter.parameters()).value_or(0);
    return success_page("Clients fetched successfully.", *page, total, [&](JsonWriter& json) {
        std::int64_t shown_count = 0;
        const auto visit = [&](storage::Row& row) {
            ++shown_count;
            json.begin_object();
            json.field("id", row.integer(0));
            json.field("first_name", text_at(row, 1));
            json.field("last_name", text_at(row, 2));
            json.field("full_name", full_name_at(row, 1));
            json.field("mobile", text_at(row, 3));
            json.field("email", text_at(row, 4));
            json.field("interest_type", text_at(row, 5));
            json.field("city", text_at(row, 6));
            json.end_object();
        };
        context.connection.query(filter.page_sql(kList, " ORDER BY c.id"), filter.parameters(*page), visit);
        return shown_count;
    });
}

Outcome get_client(Context& context) {
    const auto client = open_client(context, kMayNotView);
    if (!client) return client.error();
    return shown(200, "Client fetched successfully.", context.caller, context.connection, client->uid);
}

Outcome create_client(Context& context) {
    const BodyFields fields = context.caller.is_admin ? kBodyOfAdmin : kBodyOfStaff;
    return write_from_body(context, context.insert(entity::client), fields, {}, 201,
                           "Client created successfully.");
}

Outcome update_client(Context& context) {
    const auto client = open_client(context, kMayNotUpdate);
    if (!client) return client.error();
    return write_from_body(context, Context::update(entity::client, client->uid), kBodyOfStaff, kMayNotUpdate,
                           200, "Client updated successfully.");
}

}  // namespace fieldsync::server::surfaces::crm
