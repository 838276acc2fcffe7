// The envelope of the client portal and the platform: `success`, `msg`, `data`, `pagination`. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "http/response.hpp"
#include "surfaces/failure.hpp"
#include "surfaces/json.hpp"
#include "surfaces/pagination.hpp"

namespace fieldsync::server::surfaces::success_envelope {

http::Response render_failure(const Failure& failure);
// For the router: what goes wrong before an endpoint is found.
http::Response render_error(unsigned status, std::string_view message);

// `write(JsonWriter&)` writes the data, one JSON value.
template <class WriteData>
http::Response success(unsigned status, std::string_view msg, WriteData&& write) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    json.field("success", true);
    json.field("msg", msg);
    json.key("data");
    write(json);
    json.end_object();
    return http::Response::json(status, std::move(body));
}

void write_pagination(JsonWriter& json, const Page& page, std::int64_t total);

// A page of a list: `write(JsonWriter&)` writes its items.
template <class WriteItems>
http::Response success_page(std::string_view msg, const Page& page, std::int64_t total, WriteItems&& write) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    json.field("success", true);
    json.field("msg", msg);
    json.array("data", [&] { write(json); });
    write_pagination(json, page, total);
    json.end_object();
    return http::Response::json(200, std::move(body));
}

}  // namespace fieldsync::server::surfaces::success_envelope
