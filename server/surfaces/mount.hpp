// The REST surfaces, and what they need of the server. Mounted once, at start.
#pragma once

#include <functional>
#include <string>

#include "accounts/sign_in.hpp"
#include "fieldsync/sync/environment.hpp"
#include "http/router.hpp"
#include "records/record_table.hpp"
#include "storage/database.hpp"
#include "write_path/write_queue.hpp"

namespace fieldsync::server::surfaces {

// Runs a function on an I/O thread, later or at once; does not throw.
using PostIo = std::function<void(std::function<void()>)>;

// References of Application's, which outlives the router; the struct itself need not.
struct Services {
    storage::Database& database;
    WriteQueue& writes;
    const RecordTables& tables;
    sync::Clock& clock;
    sync::Random& random;
    accounts::SignIn& sign_in;
    PostIo post_io;
    std::string public_url;  // "https://crm.example.com", without a slash at the end
};

void mount_crm(http::Router& router, Services& services);
void mount_client_portal(http::Router& router, Services& services);

}  // namespace fieldsync::server::surfaces
