// The lead or client that a path names, for who may touch it: admins all, staff those assigned to them. One
// statement.
#pragma once

#include <optional>
#include <string_view>

#include "surfaces/endpoint.hpp"

namespace fieldsync::server::surfaces::crm {

struct Opened {
    std::int64_t id = 0;
    schema::Uid uid;
    schema::Uid stage;  // of a lead
};

// 404 where there is none in this business, 403 with `forbidden` (empty: "Forbidden.") where it is somebody
// else's.
Result<Opened> open_lead(const Context& context, std::string_view forbidden = {});
Result<Opened> open_client(const Context& context, std::string_view forbidden = {});

// 403 for who may not touch what is assigned to this user.
std::optional<Failure> refusal(const Caller& caller, const schema::Uid& assigned_to,
                               std::string_view forbidden);

}  // namespace fieldsync::server::surfaces::crm
