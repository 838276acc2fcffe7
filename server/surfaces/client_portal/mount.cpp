// The client portal at a glance.
#include "surfaces/mount.hpp"
#include "surfaces/client_portal/endpoints.hpp"
#include "surfaces/sign_in_endpoint.hpp"
#include "surfaces/success_envelope.hpp"

namespace fieldsync::server::surfaces {
namespace {

using http::Method;
using success_envelope::render_failure;

constexpr EndpointRow kAccount[] = {
    {Method::post, "/api/logout", client_portal::logout},
};

// For businesses whose plan has the portal.
constexpr EndpointRow kPortal[] = {
    {Method::get, "/api/client/projects", client_portal::list_projects},
    {Method::get, "/api/client/progress", client_portal::list_progress},
    {Method::get, "/api/client/notifications", client_portal::list_notifications},
};

bool has_portal(const accounts::TokenOwner& owner) {
    return owner.has_client_portal;
}

}  // namespace

void mount_client_portal(http::Router& router, Services& services) {
    router.surface({{"/api/login", "/api/logout", "/api/client"}, success_envelope::render_error});
    router.post("/api/login",
                sign_in_handler(services.sign_in, {accounts::Surface::client_portal}, client_portal::welcome,
                                render_failure),
                json_body());
    mount_all(router, services, {accounts::Surface::client_portal, render_failure}, kAccount);
    mount_all(router, services, {accounts::Surface::client_portal, render_failure, has_portal}, kPortal);
}

}  // namespace fieldsync::server::surfaces
