// The CRM at a glance.
#include "surfaces/mount.hpp"
#include "surfaces/crm/endpoints.hpp"
#include "surfaces/crm/envelope.hpp"
#include "surfaces/sign_in_endpoint.hpp"

namespace fieldsync::server::surfaces {
namespace {

using http::Method;

constexpr EndpointRow kEndpoints[] = {
    {Method::post, "/api/auth/logout", crm::logout},
    {Method::get, "/api/auth/me", crm::me},
    {Method::get, "/api/stages", crm::list_stages},
    {Method::get, "/api/leads", crm::list_leads},
    {Method::get, "/api/leads/{id}", crm::get_lead},
    {Method::put, "/api/leads/{id}/stage", crm::move_lead},
    {Method::get, "/api/leads/{id}/visits", crm::list_visits},
    {Method::post, "/api/leads/{id}/visits", crm::log_visit},
    {Method::get, "/api/leads/{id}/activity", crm::list_activity},
    {Method::post, "/api/leads/{id}/notes", crm::add_note},
    {Method::get, "/api/clients", crm::list_clients},
    {Method::post, "/api/clients", crm::create_client},
    {Method::get, "/api/clients/{id}", crm::get_client},
    {Method::put, "/api/clients/{id}", crm::update_client},
    {Method::get, "/api/clients/{id}/requirements", crm::list_requirements},
    {Method::post, "/api/clients/{id}/requirements", crm::add_requirement},
    {Method::get, "/api/sync/conflicts", crm::list_conflicts},
};

}  // namespace

void mount_crm(http::Router& router, Services& services) {
    router.surface({{"/api"}, crm::render_error});
    router.post(
        "/api/auth/login",
        sign_in_handler(services.sign_in, {accounts::Surface::crm}, crm::welcome, crm::render_failure),
        json_body());
    mount_all(router, services, {accounts::Surface::crm, crm::render_failure}, kEndpoints);
}

}  // namespace fieldsync::server::surfaces
