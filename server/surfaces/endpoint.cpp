#include "surfaces/endpoint.hpp"

#include <spdlog/spdlog.h>

#include <charconv>
#include <optional>

#include "fieldsync/schema/calendar.hpp"
#include "storage/errors.hpp"
#include "surfaces/reading.hpp"

namespace fieldsync::server::surfaces {
namespace {

// The queue is full, or the storage fails for the moment: worth another try soon.
constexpr std::int64_t kRetryAfterS = 1;

std::string_view bearer_of(const http::Request& request) {
    const auto header = request.header("Authorization");
    constexpr std::string_view kScheme = "Bearer ";
    if (!header || header->size() < kScheme.size() ||
        !http::equals_ignoring_case(header->substr(0, kScheme.size()), kScheme))
        return {};
    return header->substr(kScheme.size());
}

Failure unavailable() {
    Failure failure{503};
    failure.retry_after_s = kRetryAfterS;
    return failure;
}

}  // namespace

schema::Change Context::insert(schema::EntityNumber entity) const {
    schema::Change change = update(entity, sync::new_uid(clock, random));
    change.operation = schema::Operation::insert;
    return change;
}

schema::Change Context::update(schema::EntityNumber entity, const schema::Uid& uid) {
    schema::Change change;
    change.entity = entity;
    change.uid = uid;
    return change;
}

std::int64_t Context::id() const {
    const std::string_view text = request.param("id");
    std::int64_t id = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc() && stopped == text.data() + text.size() ? id : 0;
}

EndpointServer::EndpointServer(const Services& services, const SurfaceRules& rules)
    : database_(services.database),
      writes_(services.writes),
      tables_(services.tables),
      clock_(services.clock),
      random_(services.random),
      reads_(services.reads),
      rules_(rules) {}

void EndpointServer::mount(http::Router& router, const EndpointRow& row) {
    router.route(
        row.method, row.path,
        [self = shared_from_this(), run = row.run](const http::Request& request) {
            return self->serve(run, request);
        },
        json_body());
}

http::Answer EndpointServer::serve(Outcome (*run)(Context&), const http::Request& request) const {
    if (reads_.runs_in_place()) return answer_or_503(run, request);
    const auto own = std::make_shared<http::Request>(request);
    return answer_by_reading(
        reads_,
        [self = shared_from_this(), run, own]() -> http::Answer {
            try {
                return self->answer_or_503(run, *own);
            } catch (const std::exception& error) {
                spdlog::error("a REST request failed: {} (request {})", error.what(), own->request_id);
                return self->rules_.render(Failure{500});
            }
        },
        [self = shared_from_this()] { return self->rules_.render(unavailable()); });
}

http::Answer EndpointServer::answer_or_503(Outcome (*run)(Context&), const http::Request& request) const {
    try {
        return answer(run, request);
    } catch (const storage::StorageError& error) {
        if (!error.blames_storage()) throw;
        spdlog::error("a REST request could not be read for: {}", error.what());
        return rules_.render(unavailable());
    }
}

http::Answer EndpointServer::answer(Outcome (*run)(Context&), const http::Request& request) const {
    const std::int64_t now_us = clock_.now_us();
    std::optional<Caller> caller;
    Outcome outcome = database_.read([&](storage::Connection& connection) -> Outcome {
        Result<Caller> admitted = admit(connection, request, now_us);
        if (!admitted) return admitted.error();
        caller = *std::move(admitted);
        Context context{*caller, request, connection, tables_.schema(), clock_, random_, counts_};
        return run(context);
    });
    if (caller) touch(caller->owner, now_us);
    if (auto* response = std::get_if<http::Response>(&outcome)) return std::move(*response);
    if (auto* write = std::get_if<Write>(&outcome)) return submit(std::move(*write), *std::move(caller));
    if (auto* task = std::get_if<Task>(&outcome)) return submit(std::move(*task));
    return rules_.render(std::get<Failure>(outcome));
}

Result<Caller> EndpointServer::admit(storage::Connection& connection, const http::Request& request,
                                     std::int64_t now_us) const {
    auto owner = accounts::find_token(connection, bearer_of(request), now_us);
    // Deactivated, or of a suspended business: as if the token were revoked.
    if (!owner || !owner->user_active || !owner->business_active) return Failure{401};
    if (owner->surface != rules_.surface || !accounts::admits(rules_.surface, owner->user_type))
        return Failure{403};
    if (rules_.admits != nullptr && !rules_.admits(*owner)) return Failure{403};
    Caller caller;
    caller.is_admin = owner->user_type == "admin";
    caller.now_us = now_us;
    caller.today = schema::date_at(now_us, owner->time_zone);
    caller.owner = *std::move(owner);
    return caller;
}

void EndpointServer::touch(const accounts::TokenOwner& owner, std::int64_t now_us) const {
    if (now_us - owner.last_used_at_us < accounts::kTouchAfterUs) return;
    // A full queue is no harm: a later request tries again.
    writes_.run(
        [id = owner.token_id, now_us](storage::Connection& c) { accounts::touch_token(c, id, now_us); }, {});
}

http::Deferred EndpointServer::submit(Write write, Caller caller) const {
    struct Pending {
        Write write;
        Caller caller;
    };
    const auto pending = std::make_shared<Pending>(Pending{std::move(write), std::move(caller)});
    return [self = shared_from_this(), pending](const http::Done& done) {
        const Caller& author = pending->caller;
        WriteRequest request;
        request.business = author.business();
        request.author = author.owner.user;
        request.origin = Origin::rest;
        request.set.uid = sync::new_uid(self->clock_, self->random_);
        request.set.hlc = sync::Hlc::at(author.now_us / 1000);
        request.set.made_at_us = author.now_us;
        request.set.changes = std::move(pending->write.changes);

        const auto written = [self, pending, done](const WriteOutcome& outcome) {
            if (outcome.receipt.status == sync::ReceiptStatus::rejected)
                return done(self->refused(pending->write, outcome.receipt));
            // This thread is the writer's.
            self->reads_.run_elsewhere(
                [self, pending, done] { done(self->rendered(pending->write, pending->caller)); });
        };
        const auto failed = [self, done](const WriteFailure& failure) {
            spdlog::error("a REST write failed: {}", failure.reason);
            done(self->rules_.render(failure.is_unavailable ? unavailable() : Failure{500}));
        };
        if (!self->writes_.submit(std::move(request), written, failed))
            done(self->rules_.render(unavailable()));
    };
}

http::Deferred EndpointServer::submit(Task task) const {
    const auto pending = std::make_shared<Task>(std::move(task));
    return [self = shared_from_this(), pending](const http::Done& done) {
        const auto finished = [self, pending, done](bool ok) {
            done(ok ? pending->answer : self->rules_.render(unavailable()));
        };
        if (!self->writes_.run(pending->run, finished)) done(self->rules_.render(unavailable()));
    };
}

// What was written is on disk: a failure to show it is a 500, and no reason to write it again.
http::Response EndpointServer::rendered(const Write& write, const Caller& caller) const {
    try {
        return database_.read_committed(
            [&](storage::Connection& connection) { return write.render(caller, connection); });
    } catch (const std::exception& error) {
        spdlog::error("a REST write was committed, but not shown: {}", error.what());
        return rules_.render(Failure{500});
    }
}

http::Response EndpointServer::refused(const Write& write, const sync::Receipt& receipt) const {
    if (receipt.code == "forbidden") return rules_.render(Failure{403, std::string(write.forbidden)});
    if (receipt.code == "not_found") return rules_.render(Failure{404});
    if (receipt.code != "validation_failed") return rules_.render(Failure{422, receipt.message});
    // The receipt's errors are about whichever change was refused; ours have one entity with a body.
    return rules_.render(invalid(receipt.errors, tables_.schema().at(write.entity), write.names));
}

void mount_all(http::Router& router, const Services& services, const SurfaceRules& rules,
               std::span<const EndpointRow> rows) {
    const auto server = std::make_shared<EndpointServer>(services, rules);
    for (const EndpointRow& row : rows) server->mount(router, row);
}

http::RouteOptions json_body() {
    http::RouteOptions options;
    options.body_bytes_max = http::json_body_bytes_max;
    options.content_types = {"application/json"};
    return options;
}

}  // namespace fieldsync::server::surfaces
