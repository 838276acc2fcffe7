// The list of entities and their fields: the only one. A field is one line; wire numbers are never reused.
#pragma once

#include <array>
#include <string_view>

#include "fieldsync/schema/field.hpp"

namespace fieldsync::schema {

namespace entity {
inline constexpr EntityNumber business{1}, user{2}, location{3}, property_type{4}, sourcing_channel{5},
    stage{6}, owner{7}, property{8}, client{9}, requirement{10}, lead{11}, stage_history{12}, site_visit{13},
    note{14}, activity{15}, project{16}, project_member{17}, phase{18}, notification{19}, conflict{20};
}  // namespace entity

namespace values {
using std::string_view;
inline constexpr std::array<string_view, 4> user_type{"super_admin", "admin", "staff", "client"};
inline constexpr std::array<string_view, 2> staff_types{"admin", "staff"};
inline constexpr std::array<string_view, 4> subscription_status{"active", "suspended", "past_due",
                                                                "cancelled"};
inline constexpr std::array<string_view, 2> listing_purpose{"for_sale", "for_rent"};
inline constexpr std::array<string_view, 2> property_status{"draft", "published"};
inline constexpr std::array<string_view, 1> published{"published"};
inline constexpr std::array<string_view, 1> area_unit{"sqft"};
inline constexpr std::array<string_view, 3> client_interest{"buy", "rent", "both"};
inline constexpr std::array<string_view, 2> requirement_interest{"buy", "rent"};
inline constexpr std::array<string_view, 2> requirement_status{"active", "closed"};
inline constexpr std::array<string_view, 5> project_status{"planning", "active", "on_hold", "completed",
                                                           "cancelled"};
inline constexpr std::array<string_view, 2> project_closed{"completed", "cancelled"};
inline constexpr std::array<string_view, 3> phase_status{"pending", "in_progress", "completed"};
inline constexpr std::array<string_view, 9> activity_action{
    "stage_changed",     "site_visit_logged", "note_added",    "quote_logged", "shortlist_added",
    "shortlist_removed", "reminder_created",  "reminder_done", "deal_recorded"};
}  // namespace values

// What lists are sorted by, behind the relation that they are of.
namespace order {
using std::string_view;
inline constexpr std::array<string_view, 1> by_creation{"created_at"};
inline constexpr std::array<string_view, 1> by_activity{"last_activity_at"};
inline constexpr std::array<string_view, 2> by_visit{"visit_date", "visit_time"};
}  // namespace order

inline constexpr auto business_fields = std::to_array<Field>({
    text(1, "business_name").required().by(Writer::nobody),
    text(2, "time_zone").required().chars(64).by(Writer::nobody).defaulted("UTC"),
    text(3, "owner_name").by(Writer::nobody).server_side(),
    text(4, "contact_email").email().by(Writer::nobody).server_side(),
    text(5, "contact_phone").chars(64).by(Writer::nobody).server_side(),
    text(6, "plan").chars(100).by(Writer::nobody).server_side(),
    enumeration(7, "subscription_status", values::subscription_status)
        .by(Writer::nobody)
        .server_side()
        .defaulted("active"),
    text(8, "subdomain_slug").by(Writer::nobody).server_side(),
    boolean(9, "is_active").by(Writer::nobody).defaulted(1),
    timestamp(10, "created_at").filled(Fill::made_at_at_insert),
});

inline constexpr auto user_fields = std::to_array<Field>({
    text(1, "name").required().by(Writer::admin),
    text(2, "email").required().email().unique().by(Writer::admin).server_side(),
    text(3, "mobile").chars(64).by(Writer::admin).server_side(),
    text(4, "username").chars(100).by(Writer::admin).server_side(),
    enumeration(5, "user_type", values::user_type).required().by(Writer::admin).listed(),
    boolean(6, "is_active").by(Writer::admin).defaulted(1),
    timestamp(7, "created_at").filled(Fill::made_at_at_insert),
});

inline constexpr auto location_fields = std::to_array<Field>({
    text(1, "name").required().by(Writer::admin),
    text(2, "city").chars(100).by(Writer::admin),
});

inline constexpr auto property_type_fields = std::to_array<Field>({
    text(1, "name").required().by(Writer::admin).chars(100),
    text(2, "slug").required().by(Writer::admin).chars(100).indexed(),
    integer(3, "sort_order").by(Writer::admin).range(0, 100'000).defaulted(0),
    boolean(4, "is_active").by(Writer::admin).defaulted(1),
});

inline constexpr auto sourcing_channel_fields = std::to_array<Field>({
    text(1, "name").required().by(Writer::admin).chars(100),
    boolean(2, "is_active").by(Writer::admin).defaulted(1),
});

inline constexpr auto stage_fields = std::to_array<Field>({
    text(1, "name").required().by(Writer::admin).chars(100),
    text(2, "color").by(Writer::admin).chars(7),
    integer(3, "order").by(Writer::admin).range(0, 100'000).defaulted(0).indexed(),
    boolean(4, "is_default").by(Writer::admin).defaulted(0),
    boolean(5, "is_closed_won").by(Writer::admin).defaulted(0),
    boolean(6, "is_closed_lost").by(Writer::admin).defaulted(0),
    boolean(7, "is_active").by(Writer::admin).defaulted(1),
});

inline constexpr auto owner_fields = std::to_array<Field>({
    text(1, "name").required().by(Writer::admin),
    text(2, "mobile").by(Writer::admin).chars(64),
    text(3, "email").by(Writer::admin).email(),
    text(4, "city").by(Writer::admin).chars(100),
});

inline constexpr auto property_fields = std::to_array<Field>({
    text(1, "title").required().by(Writer::admin).indexed(),
    relation(2, "type", entity::property_type).required().by(Writer::admin),
    enumeration(3, "listing_purpose", values::listing_purpose).required().by(Writer::admin),
    enumeration(4, "status", values::property_status).by(Writer::admin).defaulted("draft"),
    text(5, "location").by(Writer::admin),
    text(6, "city").by(Writer::admin).chars(100),
    decimal(7, "latitude", 7).by(Writer::admin).range(-900'000'000, 900'000'000),
    decimal(8, "longitude", 7).by(Writer::admin).range(-1'800'000'000, 1'800'000'000),
    decimal(9, "area", 2).by(Writer::admin).range(0, 99'999'999'999),
    enumeration(10, "area_unit", values::area_unit).by(Writer::admin).defaulted("sqft"),
    money(11, "price").by(Writer::admin),
    boolean(12, "price_on_request").by(Writer::admin).defaulted(0),
    text(13, "description").by(Writer::admin).chars(10'000).lines().merged(Policy::merge_text),
    string_set(14, "features").by(Writer::admin),
    boolean(15, "is_managed").by(Writer::admin).defaulted(0),
    relation(16, "owner", entity::owner).by(Writer::admin),
    relation(17, "sourcing_channel", entity::sourcing_channel).by(Writer::admin),
    timestamp(18, "created_at").filled(Fill::made_at_at_insert),
    timestamp(19, "updated_at").filled(Fill::made_at_always),
});

inline constexpr auto client_fields = std::to_array<Field>({
    text(1, "first_name").required().chars(100),
    text(2, "last_name").required().chars(100),
    text(3, "mobile").required().digits(10).indexed(),
    text(4, "email").email(),
    text(5, "address").chars(1'000).lines(),
    text(6, "city").chars(100),
    relation(7, "sourcing_channel", entity::sourcing_channel).required(),
    enumeration(8, "interest_type", values::client_interest).required(),
    relation(9, "assigned_to", entity::user).by(Writer::own).listed(),
    timestamp(10, "created_at").filled(Fill::made_at_at_insert),
});

inline constexpr auto requirement_fields = std::to_array<Field>({
    relation(1, "client", entity::client).required().insert_only().listed(),
    enumeration(2, "interest_type", values::requirement_interest).required(),
    text(3, "property_type").chars(100).defaulted("any"),  // a property type's slug, or `any`
    money(4, "min_budget"),
    money(5, "max_budget"),
    decimal(6, "min_size", 2).range(0, 99'999'999'999),
    decimal(7, "max_size", 2).range(0, 99'999'999'999),
    text(8, "preferred_location"),
    text(9, "notes").chars(10'000).lines().merged(Policy::merge_text),
    enumeration(10, "status", values::requirement_status).computed().defaulted("active"),
    timestamp(11, "created_at").filled(Fill::made_at_at_insert),
});

inline constexpr auto lead_fields = std::to_array<Field>({
    relation(1, "client", entity::client).computed().listed(),
    relation(2, "requirement", entity::requirement).computed().listed(),
    relation(3, "stage", entity::stage).required().merged(Policy::closed_wins).listed(),
    relation(4, "assigned_to", entity::user).by(Writer::admin).listed(order::by_activity),
    timestamp(5, "stage_changed_at").computed(),
    timestamp(6, "last_activity_at").computed().listed(),
    timestamp(7, "created_at").computed(),
    text(8, "stage_note").argument().chars(500).lines(),
});

inline constexpr auto stage_history_fields = std::to_array<Field>({
    relation(1, "lead", entity::lead).computed().listed(order::by_creation),
    relation(2, "from_stage", entity::stage).computed(),
    relation(3, "to_stage", entity::stage).computed(),
    relation(4, "changed_by", entity::user).computed(),
    text(5, "note").computed().chars(500).lines(),
    boolean(6, "is_superseded").computed().defaulted(0),
    timestamp(7, "created_at").computed(),
});

inline constexpr auto site_visit_fields = std::to_array<Field>({
    relation(1, "lead", entity::lead).required().insert_only().listed(order::by_visit),
    relation(2, "property", entity::property).required().insert_only(),
    date(3, "visit_date").required().insert_only().indexed(),
    time_of_day(4, "visit_time").required().insert_only(),
    text(5, "accompanying_staff").required().insert_only().chars(500),
    text(6, "notes").chars(2'000).lines().merged(Policy::merge_text),
    relation(7, "stage_at_visit", entity::stage).insert_only(),  // what the author saw
    relation(8, "logged_by", entity::user).filled(Fill::author_at_insert),
    timestamp(9, "logged_at").filled(Fill::made_at_at_insert),
});

inline constexpr auto note_fields = std::to_array<Field>({
    relation(1, "lead", entity::lead).required().insert_only(),
    text(2, "note").required().chars(2'000).lines().merged(Policy::merge_text),
    relation(3, "created_by", entity::user).filled(Fill::author_at_insert),
    timestamp(4, "created_at").filled(Fill::made_at_at_insert),
});

inline constexpr auto activity_fields = std::to_array<Field>({
    relation(1, "lead", entity::lead).computed().listed(order::by_creation),
    enumeration(2, "action", values::activity_action).computed(),
    text(3, "description").computed().chars(4'000).lines(),
    relation(4, "performed_by", entity::user).computed(),
    timestamp(5, "created_at").computed().indexed(),
});

inline constexpr auto project_fields = std::to_array<Field>({
    relation(1, "location", entity::location).by(Writer::admin),
    relation(2, "client_user", entity::user).by(Writer::admin).listed(),
    text(3, "name").required().by(Writer::admin),
    text(4, "description").chars(10'000).lines().merged(Policy::merge_text),
    enumeration(5, "status", values::project_status).closed(values::project_closed).defaulted("planning"),
    money(6, "contract_value").by(Writer::admin),
    text(7, "current_phase_key").chars(100),
    text(8, "address").by(Writer::admin).chars(1'000),
    timestamp(9, "created_at").filled(Fill::made_at_at_insert),
});

inline constexpr auto project_member_fields = std::to_array<Field>({
    relation(1, "project", entity::project).required().insert_only().by(Writer::admin).listed(),
    relation(2, "user", entity::user).required().insert_only().by(Writer::admin).listed(),
});

inline constexpr auto phase_fields = std::to_array<Field>({
    relation(1, "project", entity::project).required().insert_only().by(Writer::admin).listed(),
    text(2, "phase_key").required().by(Writer::admin).chars(100),
    text(3, "name").required().by(Writer::admin),
    enumeration(4, "status", values::phase_status).defaulted("pending"),
    integer(5, "progress_percent").range(0, 100).merged(Policy::max).defaulted(0),
    integer(6, "sort_order").by(Writer::admin).range(0, 100'000).defaulted(0),
});

inline constexpr auto notification_fields = std::to_array<Field>({
    relation(1, "user", entity::user).computed().listed(),
    text(2, "title").computed(),
    text(3, "body").computed().chars(2'000),
    boolean(4, "is_read").merged(Policy::once_true).defaulted(0),
    timestamp(5, "created_at").computed().indexed(),
});

// A value that lost (design.md, Conflicts): made by the write path alone, in the scope of the record it is
// about.
inline constexpr auto conflict_fields = std::to_array<Field>({
    uid(1, "record_scope").computed(),
    text(2, "entity").computed(),
    uid(3, "record").computed(),
    text(4, "field").computed(),  // empty: the whole record (it was deleted meanwhile)
    text(5, "policy").computed(),
    text(6, "winner_value").computed().chars(20'000).lines(),
    text(7, "loser_value").computed().chars(20'000).lines(),
    relation(8, "winner_user", entity::user).computed(),
    relation(9, "loser_user", entity::user).computed(),
    timestamp(10, "winner_at").computed(),
    timestamp(11, "loser_at").computed(),
    timestamp(12, "created_at").computed().listed(),
});

inline constexpr auto entities = std::to_array<Entity>({
    {.number = entity::business, .name = "business", .scope = ScopeKind::own, .fields = business_fields},
    {.number = entity::user,
     .name = "user",
     .scope = ScopeKind::business_if,
     .scope_field = "user_type",
     .scope_values = values::staff_types,
     .inserter = Writer::admin,
     .fields = user_fields},
    {.number = entity::location,
     .name = "location",
     .scope = ScopeKind::business,
     .inserter = Writer::admin,
     .fields = location_fields},
    {.number = entity::property_type,
     .name = "property_type",
     .scope = ScopeKind::business,
     .inserter = Writer::admin,
     .fields = property_type_fields},
    {.number = entity::sourcing_channel,
     .name = "sourcing_channel",
     .scope = ScopeKind::business,
     .inserter = Writer::admin,
     .fields = sourcing_channel_fields},
    {.number = entity::stage,
     .name = "stage",
     .scope = ScopeKind::business,
     .inserter = Writer::admin,
     .fields = stage_fields},
    {.number = entity::owner,
     .name = "owner",
     .scope = ScopeKind::business,
     .inserter = Writer::admin,
     .fields = owner_fields},
    {.number = entity::property,
     .name = "property",
     .scope = ScopeKind::business_if,
     .scope_field = "status",
     .scope_values = values::published,
     .inserter = Writer::admin,
     .deleter = Writer::admin,
     .fields = property_fields},
    {.number = entity::client,
     .name = "client",
     .scope = ScopeKind::own,
     .inserter = Writer::staff,
     .fields = client_fields},
    {.number = entity::requirement,
     .name = "requirement",
     .scope = ScopeKind::field,
     .scope_field = "client",
     .inserter = Writer::staff,
     .fields = requirement_fields},
    {.number = entity::lead, .name = "lead", .scope = ScopeKind::own, .fields = lead_fields},
    {.number = entity::stage_history,
     .name = "stage_history",
     .scope = ScopeKind::field,
     .scope_field = "lead",
     .fields = stage_history_fields},
    {.number = entity::site_visit,
     .name = "site_visit",
     .scope = ScopeKind::field,
     .scope_field = "lead",
     .inserter = Writer::staff,
     .deleter = Writer::admin,
     .history_right = true,
     .fields = site_visit_fields},
    {.number = entity::note,
     .name = "note",
     .scope = ScopeKind::field,
     .scope_field = "lead",
     .inserter = Writer::staff,
     .deleter = Writer::admin,
     .history_right = true,
     .fields = note_fields},
    {.number = entity::activity,
     .name = "activity",
     .scope = ScopeKind::field,
     .scope_field = "lead",
     .fields = activity_fields},
    {.number = entity::project,
     .name = "project",
     .scope = ScopeKind::own,
     .inserter = Writer::admin,
     .deleter = Writer::admin,
     .fields = project_fields},
    {.number = entity::project_member,
     .name = "project_member",
     .scope = ScopeKind::field,
     .scope_field = "project",
     .inserter = Writer::admin,
     .deleter = Writer::admin,
     .fields = project_member_fields},
    {.number = entity::phase,
     .name = "phase",
     .scope = ScopeKind::field,
     .scope_field = "project",
     .inserter = Writer::admin,
     .deleter = Writer::admin,
     .fields = phase_fields},
    {.number = entity::notification,
     .name = "notification",
     .scope = ScopeKind::field,
     .scope_field = "user",
     .fields = notification_fields},
    {.number = entity::conflict,
     .name = "conflict",
     .scope = ScopeKind::field,
     .scope_field = "record_scope",
     .fields = conflict_fields},
});

// The wire number of a field named in a table above; a name that is not there does not compile.
template <const auto& Table>
consteval FieldNumber number_of(std::string_view name) {
    for (const Field& field : Table)
        if (field.name == name) return field.number;
    throw "no such field";
}

}  // namespace fieldsync::schema
