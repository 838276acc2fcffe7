// The client portal's endpoints: one function for each line of the table in mount.cpp.
#pragma once

#include "surfaces/endpoint.hpp"

namespace fieldsync::server::surfaces::client_portal {

// auth.cpp
http::Response welcome(const accounts::SignedIn& user);
Outcome logout(Context& context);

// projects.cpp
Outcome list_projects(Context& context);
Outcome list_progress(Context& context);

// notifications.cpp
Outcome list_notifications(Context& context);

}  // namespace fieldsync::server::surfaces::client_portal
