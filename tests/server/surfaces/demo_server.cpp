#include "demo_server.hpp"

#include <gtest/gtest.h>

#include "demo/demo.hpp"
#include "http/dispatch.hpp"
#include "http/target.hpp"
#include "records/tables.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

void run_now(const std::function<void()>& work) {
    work();
}

const json::value* find(const json::value& in, std::string_view name) {
    if (in.is_object()) return in.get_object().if_contains(json::string_view(name.data(), name.size()));
    if (!in.is_array()) return nullptr;
    const std::size_t index = std::stoul(std::string(name));
    return index < in.get_array().size() ? &in.get_array()[index] : nullptr;
}

std::string_view kind_of(const json::value& value) {
    if (value.is_number()) return value.is_double() ? "decimal" : "integer";
    return value.is_string() ? "string" : value.is_bool() ? "boolean" : value.is_array() ? "array" : "object";
}

}  // namespace

const json::value& Answered::at(std::string_view path) const {
    const json::value* value = &body;
    for (std::string_view rest = path; !rest.empty();) {
        const std::string_view name = rest.substr(0, rest.find('.'));
        value = find(*value, name);
        if (value == nullptr) throw std::runtime_error("no " + std::string(path) + " in " + response.body);
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
    return *value;
}

std::string Answered::text(std::string_view path) const {
    return at(path).as_string().c_str();
}
std::int64_t Answered::number(std::string_view path) const {
    return at(path).as_int64();
}
std::string Answered::message() const {
    return text(body.as_object().contains("msg") ? "msg" : "message");
}

std::vector<std::string> Answered::errors(std::string_view field) const {
    std::vector<std::string> messages;
    const json::value* all = find(body, "errors");
    const json::value* of_field = all == nullptr ? nullptr : find(*all, field);
    if (of_field != nullptr)
        for (const json::value& message : of_field->as_array())
            messages.emplace_back(message.as_string().c_str());
    return messages;
}

std::size_t Answered::fields_in_error() const {
    const json::value* all = find(body, "errors");
    return all == nullptr ? 0 : all->as_object().size();
}

DemoServer::DemoServer(storage::Dialect kind)
    : place_(directory_.path(), kind),
      tables_(schema::Schema::current()),
      path(tables_, clock, random),
      database(place_.open_prepared()),
      writes(*database, path, points_, run_now),
      sign_in(*database, writes, clock, random, run_now),
      reads(database->dialect() == storage::Dialect::sqlite, run_now) {
    demo::seed_demo(*database, path, clock, random, 0);
    Services services{*database, writes, tables_, clock, random, sign_in, reads, "https://crm.example.com"};
    mount_crm(router, services);
    mount_client_portal(router, services);
}

Answered DemoServer::send(http::Request request) {
    const http::Lookup lookup = router.find(request.method, request.segments);
    http::Answer answer = http::dispatch(router, lookup, request);
    Answered answered;
    if (auto* response = std::get_if<http::Response>(&answer)) {
        answered.response = std::move(*response);
    } else {
        bool called = false;
        const auto done = [&](http::Response given) {
            answered.response = std::move(given);
            called = true;
        };
        const auto failure = http::start(router, std::get<http::Deferred>(answer), done, request);
        if (failure) answered.response = *failure;
        EXPECT_TRUE(called || failure) << "not answered";
    }
    answered.status = answered.response.status;
    if (!answered.response.body.empty()) answered.body = json::parse(answered.response.body);
    return answered;
}

Answered DemoServer::call(Method method, std::string_view target, std::string_view token,
                          std::string_view body) {
    const auto parsed = http::parse_target(target);
    if (!parsed) throw std::runtime_error("bad target " + std::string(target));
    http::Request request;
    request.method = method;
    request.path = parsed->path;
    request.segments = parsed->segments;
    request.query_parameters = parsed->query;
    request.remote_address = "192.0.2.7";
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + std::string(token));
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    request.body = body;
    return send(std::move(request));
}

std::string DemoServer::token(std::string_view email, accounts::Surface surface) {
    return database->write([&](storage::Connection& connection) {
        BusinessId business{};
        std::int64_t user = 0;
        connection.query("SELECT business_id, id FROM \"user\" WHERE email = ?1", {email},
                         [&](storage::Row& row) {
                             business = BusinessId{row.integer(0)};
                             user = row.integer(1);
                         });
        return accounts::issue_token(connection, random, business, user, surface, {}, clock.now_us());
    });
}

std::int64_t DemoServer::integer(std::string_view sql, std::initializer_list<storage::Parameter> parameters) {
    return database->read([&](storage::Connection& c) { return c.integer(sql, parameters).value(); });
}

void DemoServer::change(std::string_view sql, std::initializer_list<storage::Parameter> parameters) {
    database->write([&](storage::Connection& c) { c.execute(sql, parameters); });
}

std::int64_t DemoServer::lead_of(std::string_view client_first_name) {
    return integer(
        "SELECT l.id FROM lead l JOIN client c ON c.uid = l.client WHERE c.first_name = ?1 ORDER BY l.id "
        "LIMIT 1",
        {client_first_name});
}
std::int64_t DemoServer::client(std::string_view first_name) {
    return integer("SELECT id FROM client WHERE first_name = ?1", {first_name});
}
std::int64_t DemoServer::property(std::string_view title) {
    return integer("SELECT id FROM property WHERE title = ?1", {title});
}
std::int64_t DemoServer::stage(std::string_view name) {
    return integer("SELECT id FROM stage WHERE business_id = 1 AND name = ?1", {name});
}

std::string shape_difference(const json::value& documented, const json::value& answered,
                             const std::string& at) {
    if (documented.is_null() || answered.is_null()) return "";
    if (kind_of(documented) != kind_of(answered))
        return at + " is " + std::string(kind_of(answered)) + ", documented as " +
               std::string(kind_of(documented));
    if (documented.is_array()) {
        if (documented.get_array().empty() || answered.get_array().empty()) return "";
        return shape_difference(documented.get_array()[0], answered.get_array()[0], at + "[0]");
    }
    if (!documented.is_object()) return "";
    const json::object& wanted = documented.get_object();
    const json::object& got = answered.get_object();
    for (const auto& [name, value] : wanted) {
        const json::value* there = got.if_contains(name);
        const std::string here = at + "." + std::string(name);
        if (there == nullptr) return here + " is missing";
        if (std::string difference = shape_difference(value, *there, here); !difference.empty())
            return difference;
    }
    for (const auto& [name, value] : got)
        if (!wanted.contains(name)) return at + "." + std::string(name) + " is not documented";
    return "";
}

void expect_shape(const Answered& answer, std::string_view documented) {
    EXPECT_EQ(
        shape_difference(json::parse(json::string_view(documented.data(), documented.size())), answer.body),
        "")
        << answer.response.body;
}

}  // namespace fieldsync::server::surfaces::testing
