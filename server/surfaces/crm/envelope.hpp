// The CRM's envelope: `status`, `message`, and `result` or `errors` (crm-api.md). Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "http/response.hpp"
#include "surfaces/failure.hpp"
#include "surfaces/json.hpp"
#include "surfaces/pagination.hpp"

namespace fieldsync::server::surfaces::crm {

http::Response render_failure(const Failure& failure);
// For the router: what goes wrong before an endpoint is found.
http::Response render_error(unsigned status, std::string_view message);

// Success without a result.
http::Response success(std::string_view message);

// `write(JsonWriter&)` writes the result, one JSON value.
template <class WriteResult>
http::Response success(unsigned status, std::string_view message, WriteResult&& write) {
    constexpr std::size_t kMostBytes = 4 * 1024;
    std::string body;
    body.reserve(kMostBytes);  // of most answers
    JsonWriter json(body);
    json.begin_object();
    json.field("status", true);
    json.field("message", message);
    json.key("result");
    write(json);
    json.end_object();
    return http::Response::json(status, std::move(body));
}

// The pagination block of a page that shows `shown` of `total`.
void write_pagination(JsonWriter& json, const Page& page, std::int64_t total, std::int64_t shown);

// A page of a list: `write(JsonWriter&)` writes its items and says how many.
template <class WriteItems>
http::Response success_page(std::string_view message, const Page& page, std::int64_t total,
                            WriteItems&& write) {
    return success(200, message, [&](JsonWriter& json) {
        std::int64_t shown = 0;
        json.begin_object();
        json.array("data", [&] { shown = write(json); });
        write_pagination(json, page, total, shown);
        json.end_object();
    });
}

}  // namespace fieldsync::server::surfaces::crm
