#include "app/commands.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>

#include "accounts/passwords.hpp"
#include "app/progress_bar.hpp"
#include "app/verify.hpp"
#include "demo/demo.hpp"
#include "fieldsync/schema/entities.hpp"
#include "fieldsync/schema/validation.hpp"
#include "migration/migration.hpp"
#include "records/table_sql.hpp"
#include "records/tables.hpp"
#include "records/values.hpp"
#include "storage/open_database.hpp"
#include "write_path/change_log.hpp"

namespace fieldsync::server::app {
namespace {

using schema::number_of;

int fail(const std::string& what) {
    std::cerr << "fieldsync-server: " << what << "\n";
    return 1;
}

// A tool's write: the same path as everybody's, in a transaction of its own.
WriteOutcome write(Installation& installation, storage::Connection& connection, BusinessId business,
                   schema::Change change) {
    WriteRequest request;
    request.business = business;
    request.origin = Origin::system;
    request.set.uid = sync::new_uid(installation.clock(), installation.random());
    request.set.made_at_us = installation.clock().now_us();
    request.set.hlc = sync::Hlc::at(request.set.made_at_us / 1000);
    request.set.changes.push_back(std::move(change));
    return installation.write_path().run(connection, request);
}

}  // namespace

int seed_demo_data(const InstallationOptions& options, int scale) {
    Installation installation(options);
    demo::seed_demo(installation.database(), installation.write_path(), installation.clock(),
                    installation.random(), scale);
    return 0;
}

int set_plan(const InstallationOptions& options, const std::string& business_name,
             const std::string& plan_slug) {
    Installation installation(options);
    return installation.database().write([&](storage::Connection& connection) {
        if (!connection.integer("SELECT id FROM plan WHERE slug = ?1", {plan_slug}))
            return fail("there is no plan '" + plan_slug + "'");
        std::optional<BusinessId> business;
        schema::Change change;
        change.entity = schema::entity::business;
        change.set(number_of<schema::business_fields>("plan"), plan_slug);
        connection.query("SELECT business_id, uid FROM business WHERE business_name = ?1", {business_name},
                         [&](storage::Row& row) {
                             business = BusinessId{row.integer(0)};
                             change.uid = read_uid(row, 1);
                         });
        if (!business) return fail("there is no business '" + business_name + "'");
        const WriteOutcome outcome = write(installation, connection, *business, std::move(change));
        if (outcome.receipt.status == sync::ReceiptStatus::rejected) return fail(outcome.receipt.message);
        std::cout << business_name << " is on the plan " << plan_slug << "\n";
        return 0;
    });
}

int create_super_admin(const InstallationOptions& options, const std::string& email, const std::string& name,
                       const std::string& password) {
    constexpr std::size_t kPasswordCharsMin = 8;
    if (!schema::is_email(email)) return fail("not an e-mail address: " + email);
    if (password.size() < kPasswordCharsMin)
        return fail("a password of at least 8 characters is needed: --password, or FIELDSYNC_PASSWORD");
    Installation installation(options);
    const std::string hash = accounts::hash_password(password);
    return installation.database().write([&](storage::Connection& connection) {
        if (connection.integer("SELECT id FROM \"user\" WHERE lower(email) = lower(?1)", {email}))
            return fail("the e-mail address is taken: " + email);
        constexpr BusinessId kPlatform{0};
        schema::Change change;
        change.entity = schema::entity::user;
        change.operation = schema::Operation::insert;
        change.uid = sync::new_uid(installation.clock(), installation.random());
        change.set(number_of<schema::user_fields>("name"), name);
        change.set(number_of<schema::user_fields>("email"), email);
        change.set(number_of<schema::user_fields>("user_type"), std::string("super_admin"));
        const WriteOutcome outcome = write(installation, connection, kPlatform, std::move(change));
        if (outcome.receipt.status == sync::ReceiptStatus::rejected || outcome.receipt.ids.empty())
            return fail(outcome.receipt.message);
        connection.execute("INSERT INTO credential (user_id, business_id, password_hash) VALUES (?1, ?2, ?3)",
                           {outcome.receipt.ids.front().id, number(kPlatform), hash});
        std::cout << email << " is a super admin\n";
        return 0;
    });
}

int print_schema(const std::string& dialect, bool for_citus) {
    const bool is_sqlite = dialect == "sqlite";
    const schema::Schema& schema = schema::Schema::current();
    std::cout << installation_sql(schema,
                                  is_sqlite ? storage::Dialect::sqlite : storage::Dialect::postgresql);
    if (for_citus) std::cout << distribution_sql(schema);
    std::cout.flush();
    return std::cout ? 0 : fail("cannot write to stdout");
}

int migrate_data(const std::string& from, const std::string& to) {
    ProcessCommitPoints commit_points;
    const auto source = storage::open_database(from, {.format_version = kFormatVersion, .create = false});
    const auto target = storage::open_database(to, {.format_version = kFormatVersion});
    const char* const asked_for = std::getenv("FIELDSYNC_PROGRESS");
    const bool has_bar =
        ::isatty(STDERR_FILENO) != 0 || (asked_for != nullptr && std::string(asked_for) == "1");
    const migration::Outcome outcome = [&] {
        ProgressBar progress(std::cerr, has_bar);
        return migration::migrate(*source, *target, schema::Schema::current(), commit_points, progress);
    }();
    if (!outcome.problem.empty()) return fail(outcome.problem);
    std::cout << outcome.rows << " rows in " << outcome.tables << " tables are in the target, and the same\n";
    return 0;
}

int verify(const InstallationOptions& options) {
    Installation installation(options);
    const Findings findings = installation.database().read(
        [&](storage::Connection& connection) { return verify_database(connection, installation.tables()); });
    for (const std::string& problem : findings.problems) std::cerr << problem << "\n";
    std::cout << findings.businesses << " businesses, " << findings.entries << " log entries, "
              << findings.records << " records, " << findings.problems.size() << " problems\n";
    return findings.problems.empty() ? 0 : 1;
}

}  // namespace fieldsync::server::app
