// Who may sync: token, user, business, plan and device, looked at together in one read. Asked at hello and
// again with every push and every read of the log, so that a right that ends ends open sessions too. Any thread; the
// connection is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "fieldsync/sync/messages.hpp"
#include "records/ids.hpp"
#include "storage/connection.hpp"

namespace fieldsync::server {

// A device that was let in.
struct Peer {
    BusinessId business{};
    schema::Uid business_uid;
    schema::Uid user;
    schema::Uid device;
    schema::Uid store;
    std::int64_t token_id = 0;
    std::int64_t token_used_at_us = 0;
    std::uint32_t schema_version = 0;
};

using Admission = std::variant<Peer, sync::Goodbye>;

Admission admit(storage::Connection& connection, const sync::Hello& hello, std::int64_t now_us);

// Nothing while the peer may go on.
std::optional<sync::Goodbye> still_admitted(storage::Connection& connection, const Peer& peer);

// The oldest schema that is still served.
inline constexpr std::uint32_t kSchemaVersionMin = 1;

}  // namespace fieldsync::server
