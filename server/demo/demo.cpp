#include "demo/demo.hpp"

#include "accounts/passwords.hpp"
#include "demo/businesses.hpp"

namespace fieldsync::server::demo {
namespace {

constexpr const char* kAnyBusiness = "SELECT 1 FROM business LIMIT 1";
constexpr const char* kInsertPlan =
    "INSERT INTO plan (id, name, slug, monthly_price, yearly_price, max_projects, max_locations, "
    "max_employees,"
    " has_client_portal, has_offline_sync, is_active) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1)"
    " ON CONFLICT (slug) DO NOTHING";

// Prices in minor units; a limit of 0 is none.
struct PlanRow {
    std::int64_t id;
    std::string_view name, slug;
    std::int64_t monthly_price, projects_max, locations_max, employees_max;
    bool has_client_portal, has_offline_sync;
};
constexpr PlanRow kPlans[] = {
    {1, "Starter Tier", "starter-tier", 4'900, 5, 1, 10, false, false},
    {2, "Pro", "pro", 29'900, 0, 0, 0, true, true},
};

void insert_plans(storage::Connection& connection) {
    for (const PlanRow& plan : kPlans)
        connection.execute(kInsertPlan, {plan.id, plan.name, plan.slug, plan.monthly_price,
                                         plan.monthly_price * 12, plan.projects_max, plan.locations_max,
                                         plan.employees_max, plan.has_client_portal, plan.has_offline_sync});
}

}  // namespace

void write_users(Seeding& seeding, std::span<const UserRow> users, std::string_view password_hash) {
    for (const UserRow& row : users)
        seeding.add(entity::user, row.key,
                    {{"name", text(row.name)},
                     {"email", text(row.email)},
                     {"mobile", text(row.mobile)},
                     {"username", text(row.username)},
                     {"user_type", text(row.type)},
                     {"is_active", row.is_active},
                     {"created_at", utc("2026-01-05T09:00:00Z")}});
    seeding.write("users from " + std::string(users.front().key));
    for (const UserRow& row : users) seeding.set_password(row.key, password_hash);
}

void seed_demo(storage::Database& database, const WritePath& path, sync::Clock& clock, sync::Random& random,
               int scale) {
    // Each database's businesses are its own: two servers with demo data share no uid.
    const auto new_business = [&] { return sync::new_uid(clock, random); };
    const PasswordHashes hashes{accounts::hash_password("Test@1234"),
                                accounts::hash_password("client_password")};
    Place agrawal, pak_engineering;
    database.write([&](storage::Connection& connection) {
        if (connection.integer(kAnyBusiness)) throw NotEmpty();
        insert_plans(connection);
        agrawal = seed_agrawal(connection, path, new_business(), hashes);
        pak_engineering = seed_pak_engineering(connection, path, new_business(), hashes);
        seed_buildcorp(connection, path, new_business(), hashes);
        seed_nimbus(connection, path, new_business(), hashes);
        seed_smith_and_partners(connection, path, new_business(), hashes);
    });
    if (scale > 0) seed_scale(database, path, agrawal, pak_engineering, hashes, scale);
}

}  // namespace fieldsync::server::demo
