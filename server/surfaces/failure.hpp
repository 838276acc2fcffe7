// Failure: why a request gets no result, before a surface gives it the form of its envelope; and the results
// of steps that may fail so. A plain value.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fieldsync/schema/schema.hpp"
#include "fieldsync/schema/validation.hpp"
#include "http/response.hpp"
#include "surfaces/json.hpp"

namespace fieldsync::server::surfaces {

struct Failure {
    unsigned status = 500;
    std::string message{};  // empty: the surface's own for this status
    // Per field, as the document names it, in the order found.
    std::vector<std::pair<std::string, std::vector<std::string>>> errors{};
    std::int64_t retry_after_s = 0;  // 0: no header

    void add(std::string_view field, std::string message_of_field);
};

template <class T>
using Result = boost::system::result<T, Failure>;

// Puts a failure into a surface's envelope.
using FailureRenderer = http::Response (*)(const Failure&);

// A field of a body, as the document names it.
struct BodyField {
    std::string_view name;
    schema::FieldNumber field{};
};
using BodyFields = std::span<const BodyField>;

// 422, with the documented wording. Fields that are not in `names` are called as in the schema.
Failure invalid(const schema::FieldErrors& errors, const schema::EntityTable& entity, BodyFields names);

// What every envelope shares: the `errors` member, where there are any, and the answer around a body.
void write_errors(JsonWriter& json, const Failure& failure);
http::Response with_status_of(const Failure& failure, std::string body);

}  // namespace fieldsync::server::surfaces
