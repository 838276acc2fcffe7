// Agrawal Properties: what crm-api.md shows. Where its examples differ, api/README.md decides; where they
// leave the lead's history open, it is closed so that the current stage follows from it.
#include "demo/businesses.hpp"
#include "demo/catalogue.hpp"

namespace fieldsync::server::demo {
namespace {

using schema::Uid;
using schema::Value;

constexpr UserRow kUsers[] = {
    {"john", "John Doe", "john@example.com", "9827700000", "", "admin"},
    {"staff", "Staff Member", "staff@example.com", "9827700010", "", "staff"},
    {"rahul", "Rahul Sharma", "rahul@example.com", "9827700011", "", "staff"},
    {"former", "Former Staff", "former@example.com", "9827700012", "", "staff", false},
};

struct OwnerRow {
    std::string_view key, name, mobile, email, city;
};
constexpr OwnerRow kOwners[] = {
    {"ramesh", "Ramesh Sharma", "9827700001", "ramesh@example.com", "Indore"},
    {"meena", "Meena Shah", "9827700021", "meena@example.com", "Ahmedabad"},
};

struct PropertyRow {
    std::string_view key, title, type, purpose, status, location, city;
    double latitude, longitude;
    std::int64_t area;
    std::int64_t price;
    bool price_on_request, is_managed;
    std::string_view owner, channel, description, created_at, updated_at;
};
constexpr PropertyRow kProperties[] = {
    {"vijay-nagar", "3BHK Flat in Vijay Nagar", "flat", "for_sale", "published", "Vijay Nagar, Indore",
     "Indore", 22.7196, 75.8577, 1200, 4'500'000, false, false, "ramesh", "Referral",
     "Spacious 3BHK flat with modern amenities.", "2026-05-10T09:00:00Z", "2026-05-20T10:00:00Z"},
    {"satellite", "2BHK Near Satellite", "flat", "for_sale", "published", "Satellite Road", "Ahmedabad",
     23.0189, 72.5680, 1200, 4'500'000, false, false, "meena", "Direct Inquiry", "", "2026-05-11T09:00:00Z",
     "2026-05-11T09:00:00Z"},
    {"super-corridor", "Plot on Super Corridor", "plot", "for_sale", "draft", "Super Corridor, Indore",
     "Indore", 22.7650, 75.8100, 2400, 3'600'000, false, false, "ramesh", "Walk-In", "",
     "2026-05-12T09:00:00Z", "2026-05-12T09:00:00Z"},
    {"palasia", "2BHK Flat in Palasia", "flat", "for_rent", "published", "New Palasia, Indore", "Indore",
     22.7244, 75.8839, 950, 18'000, false, true, "ramesh", "Referral", "", "2026-05-12T10:00:00Z",
     "2026-05-12T10:00:00Z"},
    {"scheme-54", "Villa in Scheme 54", "villa", "for_sale", "published", "Scheme 54, Indore", "Indore",
     22.7480, 75.8920, 3200, 0, true, false, "meena", "Direct Inquiry", "", "2026-05-13T09:00:00Z",
     "2026-05-13T09:00:00Z"},
};

struct ClientRow {
    std::string_view key, first_name, last_name, mobile, email, address, city, interest, channel, assigned_to,
        created_at;
};
constexpr ClientRow kClients[] = {
    {"ankit", "Ankit", "Patel", "9827700002", "ankit@example.com", "123 Main Street", "Indore", "buy",
     "Walk-In", "staff", "2026-05-10T08:45:00Z"},
    {"ravi", "Ravi", "Mehta", "9876543210", "ravi@example.com", "", "Indore", "buy", "Referral", "staff",
     "2026-04-15T09:00:00Z"},
    {"john-doe", "John", "Doe", "9827700003", "", "", "Indore", "both", "Direct Inquiry", "rahul",
     "2026-05-18T09:00:00Z"},
};

struct RequirementRow {
    std::string_view key, client, interest, type;
    std::int64_t min_budget, max_budget, min_size, max_size;
    std::string_view location, notes, status, created_at;
};
constexpr RequirementRow kRequirements[] = {
    {"ankit", "ankit", "buy", "flat", 3'000'000, 5'000'000, 0, 0, "Vijay Nagar", "", "active",
     "2026-05-19T10:00:00Z"},
    {"ravi", "ravi", "buy", "flat", 5'000'000, 10'000'000, 1000, 2000, "Vijay Nagar",
     "Prefer north-facing flat", "active", "2026-05-01T10:00:00Z"},
    {"ravi-shop", "ravi", "rent", "commercial", 0, 60'000, 0, 0, "MG Road", "", "closed",
     "2026-04-15T09:30:00Z"},
    {"john-doe", "john-doe", "buy", "flat", 0, 0, 0, 0, "Shastri Nagar", "2 BHK apartment", "active",
     "2026-05-18T09:30:00Z"},
};

// Each of the requirement of its name.
struct LeadRow {
    std::string_view key, client, stage, assigned_to, stage_changed_at, last_activity_at, created_at;
};
constexpr LeadRow kLeads[] = {
    {"ankit", "ankit", "Options Suggested", "rahul", "2026-05-19T14:30:00Z", "2026-05-19T14:30:00Z",
     "2026-05-10T09:00:00Z"},
    {"ravi", "ravi", "New Lead", "staff", "2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z",
     "2026-05-01T10:00:00Z"},
    {"ravi-shop", "ravi", "Closed — Lost", "staff", "2026-04-28T11:00:00Z", "2026-04-28T11:00:00Z",
     "2026-04-15T09:30:00Z"},
    {"john-doe", "john-doe", "New Lead", "rahul", "2026-05-18T09:30:00Z", "2026-05-18T09:30:00Z",
     "2026-05-18T09:30:00Z"},
};

// Nobody in `by` is the system, which the CRM calls Admin.
struct HistoryRow {
    std::string_view lead, from, to, by, note, at;
};
constexpr HistoryRow kHistory[] = {
    {"ravi-shop", "", "New Lead", "", "", "2026-04-15T09:30:00Z"},
    {"ravi-shop", "New Lead", "Closed — Lost", "staff", "Found a shop elsewhere", "2026-04-28T11:00:00Z"},
    {"ravi", "", "New Lead", "", "", "2026-05-01T10:00:00Z"},
    {"ankit", "", "New Lead", "", "", "2026-05-10T09:00:00Z"},
    {"ankit", "New Lead", "Site Visit Scheduled", "rahul", "Client keen on 3BHK options",
     "2026-05-15T11:00:00Z"},
    {"john-doe", "", "New Lead", "", "", "2026-05-18T09:30:00Z"},
    {"ankit", "Site Visit Scheduled", "Options Suggested", "rahul", "", "2026-05-19T14:30:00Z"},
};

struct VisitRow {
    std::string_view lead, property, date, time, notes, stage, by, at;
};
constexpr VisitRow kVisits[] = {
    {"ankit", "vijay-nagar", "2026-05-15", "11:30", "Client liked the floor plan.", "Site Visit Done",
     "rahul", "2026-05-15T12:00:00Z"},
    {"ankit", "vijay-nagar", "2026-05-16", "11:00", "Client liked the layout.", "Site Visit Scheduled",
     "rahul", "2026-05-16T12:00:00Z"},
};

struct NoteRow {
    std::string_view lead, note, by, at;
};
constexpr NoteRow kNotes[] = {
    {"ankit", "Client interested in 3BHK options.", "rahul", "2026-05-14T15:30:00Z"},
};

struct ActivityRow {
    std::string_view lead, action, description, by, at;
};
constexpr ActivityRow kActivities[] = {
    {"ravi-shop", "stage_changed", "Stage changed to Closed — Lost", "staff", "2026-04-28T11:00:00Z"},
    {"ankit", "stage_changed", "Stage changed to Options Suggested", "rahul", "2026-05-12T09:00:00Z"},
    {"ankit", "note_added", "Client interested in 3BHK options.", "rahul", "2026-05-14T15:30:00Z"},
    {"ankit", "stage_changed", "Stage changed to Site Visit Scheduled", "rahul", "2026-05-15T11:00:00Z"},
    {"ankit", "site_visit_logged", "Site visit logged for 3BHK Flat in Vijay Nagar on 2026-05-15.", "rahul",
     "2026-05-15T12:00:00Z"},
    {"ankit", "shortlist_added", "Property shortlisted: 3BHK Flat in Vijay Nagar.", "rahul",
     "2026-05-15T14:00:00Z"},
    {"ankit", "site_visit_logged", "Site visit logged for 3BHK Flat in Vijay Nagar on 2026-05-16.", "rahul",
     "2026-05-16T12:00:00Z"},
    {"ankit", "stage_changed", "Stage changed to Options Suggested", "rahul", "2026-05-19T14:30:00Z"},
};

Value stage_of(const Seeding& seeding, std::string_view name) {
    return name.empty() ? Value() : Value(default_stage(seeding.place().uid, name));
}

void add_properties(Seeding& seeding) {
    const Uid& business = seeding.place().uid;
    for (const OwnerRow& row : kOwners)
        seeding.add(entity::owner, row.key,
                    {{"name", text(row.name)},
                     {"mobile", text(row.mobile)},
                     {"email", text(row.email)},
                     {"city", text(row.city)}});
    for (const PropertyRow& row : kProperties)
        seeding.add(entity::property, row.key,
                    {{"title", text(row.title)},
                     {"type", default_property_type(business, row.type)},
                     {"listing_purpose", text(row.purpose)},
                     {"status", text(row.status)},
                     {"location", text(row.location)},
                     {"city", text(row.city)},
                     {"latitude", degrees(row.latitude)},
                     {"longitude", degrees(row.longitude)},
                     {"area", size(row.area)},
                     {"price", money(row.price)},
                     {"price_on_request", row.price_on_request},
                     {"is_managed", row.is_managed},
                     {"owner", seeding.to(entity::owner, row.owner)},
                     {"sourcing_channel", default_channel(business, row.channel)},
                     {"description", text(row.description)},
                     {"created_at", utc(row.created_at)},
                     {"updated_at", utc(row.updated_at)}});
}

void add_clients(Seeding& seeding) {
    for (const ClientRow& row : kClients)
        seeding.add(entity::client, row.key,
                    {{"first_name", text(row.first_name)},
                     {"last_name", text(row.last_name)},
                     {"mobile", text(row.mobile)},
                     {"email", text(row.email)},
                     {"address", text(row.address)},
                     {"city", text(row.city)},
                     {"interest_type", text(row.interest)},
                     {"sourcing_channel", default_channel(seeding.place().uid, row.channel)},
                     {"assigned_to", seeding.to(entity::user, row.assigned_to)},
                     {"created_at", utc(row.created_at)}});
    for (const RequirementRow& row : kRequirements)
        seeding.add(entity::requirement, row.key,
                    {{"client", seeding.to(entity::client, row.client)},
                     {"interest_type", text(row.interest)},
                     {"property_type", text(row.type)},
                     {"min_budget", money(row.min_budget)},
                     {"max_budget", money(row.max_budget)},
                     {"min_size", size(row.min_size)},
                     {"max_size", size(row.max_size)},
                     {"preferred_location", text(row.location)},
                     {"notes", text(row.notes)},
                     {"status", text(row.status)},
                     {"created_at", utc(row.created_at)}});
}

void add_leads(Seeding& seeding) {
    for (const LeadRow& row : kLeads)
        seeding.add(entity::lead, row.key,
                    {{"client", seeding.to(entity::client, row.client)},
                     {"requirement", seeding.to(entity::requirement, row.key)},
                     {"stage", stage_of(seeding, row.stage)},
                     {"assigned_to", seeding.to(entity::user, row.assigned_to)},
                     {"stage_changed_at", utc(row.stage_changed_at)},
                     {"last_activity_at", utc(row.last_activity_at)},
                     {"created_at", utc(row.created_at)}});
    for (const HistoryRow& row : kHistory)
        seeding.add(entity::stage_history, row.at,
                    {{"lead", seeding.to(entity::lead, row.lead)},
                     {"from_stage", stage_of(seeding, row.from)},
                     {"to_stage", stage_of(seeding, row.to)},
                     {"changed_by", seeding.to(entity::user, row.by)},
                     {"note", text(row.note)},
                     {"created_at", utc(row.at)}});
    for (const VisitRow& row : kVisits)
        seeding.add(entity::site_visit, row.at,
                    {{"lead", seeding.to(entity::lead, row.lead)},
                     {"property", seeding.to(entity::property, row.property)},
                     {"visit_date", text(row.date)},
                     {"visit_time", text(row.time)},
                     {"accompanying_staff", text("Rahul Sharma")},
                     {"notes", text(row.notes)},
                     {"stage_at_visit", stage_of(seeding, row.stage)},
                     {"logged_by", seeding.to(entity::user, row.by)},
                     {"logged_at", utc(row.at)}});
    for (const NoteRow& row : kNotes)
        seeding.add(entity::note, row.at,
                    {{"lead", seeding.to(entity::lead, row.lead)},
                     {"note", text(row.note)},
                     {"created_by", seeding.to(entity::user, row.by)},
                     {"created_at", utc(row.at)}});
    for (const ActivityRow& row : kActivities)
        seeding.add(entity::activity, row.at,
                    {{"lead", seeding.to(entity::lead, row.lead)},
                     {"action", text(row.action)},
                     {"description", text(row.description)},
                     {"performed_by", seeding.to(entity::user, row.by)},
                     {"created_at", utc(row.at)}});
}

}  // namespace

Place seed_agrawal(storage::Connection& connection, const WritePath& path, const Uid& uid,
                   const PasswordHashes& hashes) {
    const Place place = make_business(connection, path, uid,
                                      {{"business_name", text("Agrawal Properties")},
                                       {"time_zone", text("Asia/Kolkata")},
                                       {"owner_name", text("Agrawal")},
                                       {"contact_email", text("john@example.com")},
                                       {"contact_phone", text("9827700000")},
                                       {"plan", text("pro")},
                                       {"subdomain_slug", text("agrawal-properties")},
                                       {"created_at", utc("2026-01-05T09:00:00Z")}});
    Seeding seeding(connection, path, place);
    seeding.add(default_catalogue(uid));
    write_users(seeding, kUsers, hashes.everybody);
    add_properties(seeding);
    add_clients(seeding);
    add_leads(seeding);
    seeding.write("records");
    return place;
}

}  // namespace fieldsync::server::demo
