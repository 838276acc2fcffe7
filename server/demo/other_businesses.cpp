// The tenants that show a suspended business, one without offline sync, and the law firm of
// legal-portal-api.md.
#include "demo/businesses.hpp"
#include "demo/catalogue.hpp"

namespace fieldsync::server::demo {
namespace {

constexpr UserRow kBuildCorpUsers[] = {
    {"admin", "Jahanzaib Khan", "jk@buildcorp.test", "+92-300-1234567", "buildcorppakistan_admin", "admin"},
};
constexpr UserRow kNimbusUsers[] = {
    {"starter", "Starter Staff", "starter@example.com", "9827700031", "", "staff"},
};
constexpr UserRow kLawFirmUsers[] = {
    {"jane", "Jane Smith", "jsmith@example.com", "", "jsmith", "staff"},
    {"client2", "Second Client", "client2@example.com", "", "client2_username", "client"},
};
constexpr UserRow kLawFirmClients[] = {
    {"client", "John Doe", "client@example.com", "123-456-7890", "client_username", "client"},
};

}  // namespace

Place seed_buildcorp(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                     const PasswordHashes& hashes) {
    const Place place = make_business(connection, path, uid,
                                      {{"business_name", text("BuildCorp Pakistan")},
                                       {"time_zone", text("Asia/Karachi")},
                                       {"owner_name", text("Jahanzaib Khan")},
                                       {"contact_email", text("jk@buildcorp.test")},
                                       {"contact_phone", text("+92-300-1234567")},
                                       {"plan", text("pro")},
                                       {"subscription_status", text("suspended")},
                                       {"is_active", false},
                                       {"subdomain_slug", text("buildcorp-pakistan")},
                                       {"created_at", utc("2026-06-20T10:15:00Z")}});
    Seeding seeding(connection, path, place);
    seeding.add(default_catalogue(uid));
    write_users(seeding, kBuildCorpUsers, hashes.everybody);
    return place;
}

Place seed_nimbus(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                  const PasswordHashes& hashes) {
    const Place place = make_business(connection, path, uid,
                                      {{"business_name", text("Nimbus Realty")},
                                       {"time_zone", text("Asia/Kolkata")},
                                       {"owner_name", text("Nimbus Owner")},
                                       {"contact_email", text("contact@nimbus.test")},
                                       {"plan", text("starter-tier")},
                                       {"subdomain_slug", text("nimbus-realty")},
                                       {"created_at", utc("2026-02-01T09:00:00Z")}});
    Seeding seeding(connection, path, place);
    seeding.add(default_catalogue(uid));
    write_users(seeding, kNimbusUsers, hashes.everybody);
    return place;
}

Place seed_smith_and_partners(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                              const PasswordHashes& hashes) {
    const Place place = make_business(connection, path, uid,
                                      {{"business_name", text("Smith & Partners")},
                                       {"time_zone", text("America/New_York")},
                                       {"owner_name", text("Jane Smith")},
                                       {"contact_email", text("jsmith@example.com")},
                                       {"plan", text("pro")},
                                       {"subdomain_slug", text("smith-partners")},
                                       {"created_at", utc("2023-01-02T14:00:00Z")}});
    Seeding seeding(connection, path, place);
    seeding.add(default_catalogue(uid));
    write_users(seeding, kLawFirmUsers, hashes.everybody);
    write_users(seeding, kLawFirmClients, hashes.legal_client);
    return place;
}

}  // namespace fieldsync::server::demo
