// The CRM's endpoints: one function for each line of the table in mount.cpp, beside the others of its
// resource.
#pragma once

#include "surfaces/endpoint.hpp"

namespace fieldsync::server::surfaces::crm {

// auth.cpp
http::Response welcome(const accounts::SignedIn& user);
Outcome logout(Context& context);
Outcome me(Context& context);

// stages.cpp
Outcome list_stages(Context& context);

// leads.cpp
Outcome list_leads(Context& context);
Outcome move_lead(Context& context);

// lead_detail.cpp
Outcome get_lead(Context& context);

// visits.cpp
Outcome list_visits(Context& context);
Outcome log_visit(Context& context);

// activity.cpp
Outcome list_activity(Context& context);
Outcome add_note(Context& context);

// clients.cpp
Outcome list_clients(Context& context);
Outcome get_client(Context& context);
Outcome create_client(Context& context);
Outcome update_client(Context& context);

// requirements.cpp
Outcome list_requirements(Context& context);
Outcome add_requirement(Context& context);

// conflicts.cpp
Outcome list_conflicts(Context& context);

}  // namespace fieldsync::server::surfaces::crm
