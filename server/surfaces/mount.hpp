// The REST surfaces, and what they need of the server. Mounted once, at start.
#pragma once

#include <string>

#include "accounts/sign_in.hpp"
#include "fieldsync/sync/environment.hpp"
#include "http/router.hpp"
#include "records/record_table.hpp"
#include "storage/database.hpp"
#include "storage/read_bridge.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server::surfaces {

// References of Application's, which outlives the router; the struct itself need not.
struct Services {
    storage::Database& database;
    WriteQueue& writes;
    const RecordTables& tables;
    sync::Clock& clock;
    sync::Random& random;
    accounts::SignIn& sign_in;
    storage::ReadBridge& reads;
    std::string public_url;  // "https://crm.example.com", without a slash at the end
};

void mount_crm(http::Router& router, Services& services);
void mount_client_portal(http::Router& router, Services& services);

}  // namespace fieldsync::server::surfaces
