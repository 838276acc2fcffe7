#include "sync/endpoints.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <memory>
#include <string>

#include "fieldsync/schema/entities.hpp"
#include "sync/devices.hpp"
#include "sync/exchange.hpp"
#include "sync/live_peer.hpp"

namespace fieldsync::server {
namespace {

namespace json = boost::json;

// A body of one large push, with room for what stands around it.
constexpr std::size_t kExchangeBytesMax = 8 * 1024 * 1024;
constexpr std::int64_t kExchangeDeadlineMs = 60'000;
constexpr auto kBusinessName = schema::number_of<schema::business_fields>("business_name");
constexpr auto kTimeZone = schema::number_of<schema::business_fields>("time_zone");

http::Response error(unsigned status, std::string_view code, std::string_view message) {
    const json::object body{{"error", json::object{{"code", code}, {"message", message}}}};
    return http::Response::json(status, json::serialize(body));
}

std::string_view code_of(unsigned status) {
    switch (status) {
        case 401:
            return "unauthenticated";
        case 403:
            return "forbidden";
        case 404:
            return "not_found";
        case 405:
            return "method_not_allowed";
        case 413:
            return "too_large";
        case 415:
            return "unsupported_media_type";
        case 429:
            return "too_many_requests";
        case 500:
            return "server_error";
        case 503:
            return "unavailable";
        default:
            return "bad_request";
    }
}

std::string text_of(const json::object& body, std::string_view key) {
    const json::value* value = body.if_contains(key);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

http::Response refused(const accounts::SignInRefused& refusal) {
    const unsigned status = accounts::status_of(refusal.why);
    std::string_view message = accounts::message_of(refusal.why);
    if (message.empty())
        message = status == 403 ? "Only admins and staff may sync." : "Please try again later.";
    http::Response response = error(status, code_of(status), message);
    if (refusal.retry_after_s > 0) response.set("Retry-After", std::to_string(refusal.retry_after_s));
    return response;
}

json::value answer_of(const accounts::SignedIn& user, const std::optional<StoredRecord>& business) {
    return json::object{
        {"token", user.token},
        {"user", json::object{{"uid", user.user.to_string()},
                              {"id", user.user_id},
                              {"name", user.name},
                              {"email", user.email},
                              {"user_type", user.user_type}}},
        {"business",
         json::object{{"uid", user.business_uid.to_string()},
                      {"id", number(user.business)},
                      {"name", business ? business->record.fields.text(kBusinessName) : ""},
                      {"time_zone", business ? business->record.fields.text(kTimeZone) : "UTC"}}}};
}

// The device is on record before it gets its token.
void answer_signed_in(SyncServices& services, const accounts::SignedIn& user, const schema::Uid& device,
                      const std::string& device_name, const http::Done& done) {
    auto body = std::make_shared<std::string>();
    const bool taken = services.writes.run(
        [&services, user, device, device_name, body](storage::Connection& connection) {
            register_device(connection, user.business, device, device_name, user.user,
                            services.clock.now_us());
            const RecordTable& businesses = services.tables.at(schema::entity::business);
            *body = json::serialize(
                answer_of(user, businesses.find(connection, user.business, user.business_uid)));
        },
        [body, done](bool ok) {
            done(ok ? http::Response::json(200, std::move(*body))
                    : error(503, "unavailable", "Please try again later."));
        });
    if (!taken) done(error(503, "unavailable", "Please try again later."));
}

http::Answer login(SyncServices& services, accounts::SignIn& sign_in, http::Request& request) {
    boost::system::error_code failure;
    const json::value parsed = json::parse(request.body, failure);
    if (failure) return error(400, "bad_request", "The body is not JSON.");
    const auto* body = parsed.if_object();
    accounts::SignInRequest attempt;
    const auto device = schema::Uid::parse(body == nullptr ? std::string() : text_of(*body, "device"));
    if (body != nullptr) {
        attempt.email = text_of(*body, "email");
        attempt.password = text_of(*body, "password");
    }
    std::string device_name = body == nullptr ? std::string() : text_of(*body, "device_name");
    if (attempt.email.empty() || attempt.password.empty() || !device || device->is_nil())
        return error(422, "validation_failed", "email, password and device (a UUID) are required.");
    if (schema::count_characters(device_name) < 0 || schema::count_characters(device_name) > 100 ||
        device_name.find('\0') != std::string::npos)
        return error(422, "validation_failed", "device_name must be a text of up to 100 characters.");
    attempt.remote_address = request.remote_address;
    attempt.surfaces = {accounts::Surface::sync};
    attempt.device = *device;
    return http::Deferred([&services, &sign_in, attempt, device_name](http::Done done) {
        sign_in.sign_in(attempt,
                        [&services, attempt, device_name, done](const accounts::SignInResult& result) {
                            if (const auto* refusal = std::get_if<accounts::SignInRefused>(&result))
                                return done(refused(*refusal));
                            answer_signed_in(services, std::get<accounts::SignedIn>(result), attempt.device,
                                             device_name, done);
                        });
    });
}

}  // namespace

void mount_sync(http::Router& router, const SyncMount& mount) {
    router.surface({.prefixes = {"/sync"}, .render = [](unsigned status, std::string_view message) {
                        return error(status, code_of(status), message);
                    }});
    SyncServices& services = mount.services;
    router.post("/sync/v1/login",
                [&services, &sign_in = mount.sign_in](http::Request& request) {
                    return login(services, sign_in, request);
                },
                {.content_types = {"application/json"}});
    router.post("/sync/v1/exchange",
                [&services, post_io = mount.post_io](http::Request& request) {
                    return exchange(services, post_io, request);
                },
                {.body_bytes_max = kExchangeBytesMax,
                 .deadline_ms = kExchangeDeadlineMs,
                 .content_types = {kExchangeMediaType}});
    router.websocket("/sync/v1/live",
                     [&services](http::Request&) -> http::Upgrade { return make_live_peer(services); });
}

}  // namespace fieldsync::server
