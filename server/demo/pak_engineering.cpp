// Pak Engineering Service: the construction business that client-portal-api.md and platform-api.md show.
#include "demo/businesses.hpp"
#include "demo/catalogue.hpp"

namespace fieldsync::server::demo {
namespace {

constexpr UserRow kUsers[] = {
    {"admin", "Seed Owner", "admin@engineering.test", "+92-300-0000000", "admin", "admin"},
    {"client", "Client User", "client@engineering.test", "", "client", "client"},
    {"engineer", "Site Engineer", "engineer@engineering.test", "", "engineer", "staff"},
    {"client2", "Second Client", "client2@engineering.test", "", "client2", "client"},
};

struct ProjectRow {
    std::string_view key, client, name, description, status, phase_key, address;
    std::int64_t contract_value;
};
constexpr ProjectRow kProjects[] = {
    {"block-a", "client", "Residential Block A — Phase 2", "Foundation and framing works", "active",
     "foundation", "Plot 12, DHA Phase 8, Karachi", 2'500'000},
    {"plaza", "client", "Commercial Plaza", "Basement and podium", "planning", "excavation",
     "Main Shahrah-e-Faisal, Karachi", 7'800'000},
    {"warehouse", "client2", "Warehouse Extension", "Steel frame and roofing", "active", "steel",
     "Port Qasim, Karachi", 1'200'000},
};

struct PhaseRow {
    std::string_view project, key, name, status;
    std::int64_t progress, sort_order;
};
constexpr PhaseRow kPhases[] = {
    {"block-a", "foundation", "Foundation Works", "in_progress", 65, 1},
    {"block-a", "structural", "Structural Framing", "pending", 0, 2},
    {"block-a", "services", "Electrical and Plumbing", "pending", 0, 3},
    {"block-a", "finishing", "Finishing", "pending", 0, 4},
    {"plaza", "excavation", "Excavation", "pending", 0, 1},
    {"plaza", "basement", "Basement", "pending", 0, 2},
    {"warehouse", "steel", "Steel Frame", "in_progress", 30, 1},
};

struct MemberRow {
    std::string_view project, user;
};
constexpr MemberRow kMembers[] = {{"block-a", "engineer"}, {"plaza", "engineer"}};

void add_projects(Seeding& seeding) {
    seeding.add(entity::location, "karachi", {{"name", text("Karachi Office")}, {"city", text("Karachi")}});
    for (const ProjectRow& row : kProjects)
        seeding.add(entity::project, row.key,
                    {{"location", seeding.to(entity::location, "karachi")},
                     {"client_user", seeding.to(entity::user, row.client)},
                     {"name", text(row.name)},
                     {"description", text(row.description)},
                     {"status", text(row.status)},
                     {"contract_value", money(row.contract_value)},
                     {"current_phase_key", text(row.phase_key)},
                     {"address", text(row.address)},
                     {"created_at", utc("2026-03-02T08:00:00Z")}});
    for (const PhaseRow& row : kPhases)
        seeding.add(entity::phase, std::string(row.project) + "/" + std::string(row.key),
                    {{"project", seeding.to(entity::project, row.project)},
                     {"phase_key", text(row.key)},
                     {"name", text(row.name)},
                     {"status", text(row.status)},
                     {"progress_percent", row.progress},
                     {"sort_order", row.sort_order}});
    for (const MemberRow& row : kMembers)
        seeding.add(entity::project_member, row.project,
                    {{"project", seeding.to(entity::project, row.project)},
                     {"user", seeding.to(entity::user, row.user)}});
}

}  // namespace

Place seed_pak_engineering(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                           const PasswordHashes& hashes) {
    const Place place = make_business(connection, path, uid,
                                      {{"business_name", text("Pak Engineering Service")},
                                       {"time_zone", text("Asia/Karachi")},
                                       {"owner_name", text("Seed Owner")},
                                       {"contact_email", text("admin@engineering.test")},
                                       {"contact_phone", text("+92-300-0000000")},
                                       {"plan", text("pro")},
                                       {"subdomain_slug", text("pak-engineering-service")},
                                       {"created_at", utc("2026-01-10T08:00:00Z")}});
    Seeding seeding(connection, path, place);
    seeding.add(default_catalogue(uid));
    write_users(seeding, kUsers, hashes.everybody);
    add_projects(seeding);
    seeding.add(entity::notification, "phase-update",
                {{"user", seeding.to(entity::user, "client")},
                 {"title", text("Phase update")},
                 {"body", text("Foundation Works is now 65% complete on Residential Block A")},
                 {"is_read", false},
                 {"created_at", utc("2026-06-20T09:00:00Z")}});
    seeding.write("records");
    return place;
}

}  // namespace fieldsync::server::demo
