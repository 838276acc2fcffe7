// The program's commands beside `serve`. Each returns its exit code: 0 done, 1 failed (said on stderr).
#pragma once

#include <string>

#include "app/installation.hpp"

namespace fieldsync::server::app {

int seed_demo_data(const InstallationOptions& options, int scale);
int set_plan(const InstallationOptions& options, const std::string& business, const std::string& plan_slug);
int create_super_admin(const InstallationOptions& options, const std::string& email, const std::string& name,
                       const std::string& password);
// The statements of a new installation, on stdout. `dialect`: "sqlite" or "postgresql"; for Citus with those that
// distribute the tables.
int print_schema(const std::string& dialect, bool for_citus);
// Moves the installation into the other database, both as --database names one.
int migrate_data(const std::string& from, const std::string& to);
// Checks what the database promises: gap-free logs, records that follow from them, grants that follow from
// the records.
int verify(const InstallationOptions& options);

}  // namespace fieldsync::server::app
