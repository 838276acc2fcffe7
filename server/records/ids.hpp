// Distinct types for the server's own numbers, so that mixing two does not compile.
#pragma once

#include <compare>
#include <cstdint>

namespace fieldsync::server {

// A tenant's number: `business_id` in every table, `id` in the business table. 0: the platform itself.
enum class BusinessId : std::int64_t {};
constexpr std::int64_t number(BusinessId id) {
    return static_cast<std::int64_t>(id);
}

}  // namespace fieldsync::server
