// Endpoint: what a surface runs for a method and a path, and what stands around it: bearer token, the right
// surface and type of user, one snapshot to read from, writes through the write path, errors in the surface's
// envelope.
//
//   request ─► token ─► endpoint ──► Response                                   sent at once
//           (one read snapshot)  ├─► Failure ─► envelope                        sent at once
//                                └─► Write, Task ─► writer ─► commit ─► render  sent when it is on disk
//
// Endpoints are plain functions, called where reads run (storage/read_bridge.hpp), several at a time. They keep
// nothing of their Context.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "accounts/tokens.hpp"
#include "fieldsync/schema/record.hpp"
#include "http/router.hpp"
#include "surfaces/body.hpp"
#include "surfaces/failure.hpp"
#include "surfaces/list_counts.hpp"
#include "surfaces/mount.hpp"

namespace fieldsync::server::surfaces {

// Who asks, and when. A value.
struct Caller {
    accounts::TokenOwner owner;
    bool is_admin = false;
    std::int64_t now_us = 0;
    std::string today;  // in the business's time zone, YYYY-MM-DD

    [[nodiscard]] BusinessId business() const { return owner.business; }
};

// What an endpoint works with, for the length of its call.
struct Context {
    const Caller& caller;
    const http::Request& request;
    storage::Connection& connection;  // a snapshot; the token was read from it too
    const schema::Schema& model;
    sync::Clock& clock;
    sync::Random& random;
    ListCounts& counts;

    // Reads the fields of a body, with the caller's rights.
    [[nodiscard]] BodyReader body() const {
        return {connection, caller.business(), model,
                caller.is_admin ? schema::Writer::admin : schema::Writer::staff};
    }
    // An insert of a new record, or an update of a known one.
    [[nodiscard]] schema::Change insert(schema::EntityNumber entity) const;
    [[nodiscard]] static schema::Change update(schema::EntityNumber entity, const schema::Uid& uid);
    // The `{id}` of the path; 0 for what is no number, which no record has.
    [[nodiscard]] std::int64_t id() const;
};

// Renders the answer to a write from what is on disk, in a snapshot of its own.
using Render = std::function<http::Response(const Caller&, storage::Connection&)>;

// A change-set to be written, all of it or nothing.
struct Write {
    std::vector<schema::Change> changes;
    schema::EntityNumber entity{};  // that the body is about
    BodyFields names;               // how the document calls its fields; a static table
    std::string_view forbidden;  // the endpoint's message when the author may not; empty: the surface's own
    Render render;
};

// A small operational write that is no change-set: a token is revoked.
struct Task {
    std::function<void(storage::Connection&)> run;
    http::Response answer;
};

using Outcome = std::variant<http::Response, Failure, Write, Task>;

struct EndpointRow {
    http::Method method{};
    std::string_view path;
    Outcome (*run)(Context&);
};

// How a surface lets callers in, and shows what went wrong.
struct SurfaceRules {
    accounts::Surface surface{};
    FailureRenderer render = nullptr;
    bool (*admits)(const accounts::TokenOwner&) = nullptr;  // beyond the right token; null: everybody
};

// The HTTP side of one surface's endpoints. Copies the references it needs; shared by the handlers it makes.
class EndpointServer : public std::enable_shared_from_this<EndpointServer> {
  public:
    EndpointServer(const Services& services, const SurfaceRules& rules);

    void mount(http::Router& router, const EndpointRow& row);

  private:
    http::Answer serve(Outcome (*run)(Context&), const http::Request& request) const;
    // 503 while the database is away.
    http::Answer answer_or_503(Outcome (*run)(Context&), const http::Request& request) const;
    http::Answer answer(Outcome (*run)(Context&), const http::Request& request) const;
    Result<Caller> admit(storage::Connection& connection, const http::Request& request,
                         std::int64_t now_us) const;
    void touch(const accounts::TokenOwner& owner, std::int64_t now_us) const;
    http::Deferred submit(Write write, Caller caller) const;
    http::Deferred submit(Task task) const;
    http::Response rendered(const Write& write, const Caller& caller) const;
    http::Response refused(const Write& write, const sync::Receipt& receipt) const;

    storage::Database& database_;
    WriteQueue& writes_;
    const RecordTables& tables_;
    sync::Clock& clock_;
    sync::Random& random_;
    storage::ReadBridge& reads_;
    const SurfaceRules rules_;
    mutable ListCounts counts_;
};

// Fills a table of endpoints into the router.
void mount_all(http::Router& router, const Services& services, const SurfaceRules& rules,
               std::span<const EndpointRow> rows);

// JSON bodies only: another type is 415.
http::RouteOptions json_body();

}  // namespace fieldsync::server::surfaces
