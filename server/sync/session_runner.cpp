#include "sync/session_runner.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "accounts/tokens.hpp"
#include "fieldsync/sync/codec.hpp"
#include "fieldsync/sync/limits.hpp"
#include "storage/errors.hpp"
#include "sync/checksums.hpp"
#include "sync/devices.hpp"
#include "sync/pull_reader.hpp"
#include "write_path/change_log.hpp"
#include "write_path/receipts.hpp"

namespace fieldsync::server {
namespace {

using sync::Goodbye;
using sync::GoodbyeAction;

Goodbye unavailable() {
    return {"unavailable", "The server cannot reach its data at the moment.", GoodbyeAction::retry_later,
            10'000};
}

Goodbye busy() {
    return {"too_many_requests", "The server is busy.", GoodbyeAction::retry_later, 2'000};
}

Goodbye server_restored() {
    return {"server_restored", "The server was restored from a backup.", GoodbyeAction::resync, 0};
}

// A mistake of ours: told as such, and the device keeps its work.
Goodbye server_error() {
    return {"server_error", "Something went wrong on the server.", GoodbyeAction::retry_later, 30'000};
}

// Messages between hello and the answer to it (an exchange brings its whole body at once), or behind a push that is
// looked at: more than a device that keeps to its windows has on its way.
constexpr std::size_t kWaitingMax = 256;

// The device hears what to do next, the operator why. Once for each session that ends by it.
void log_failure(std::string_view what, std::string_view reason) {
    spdlog::error("sync: {} failed: {}", what, reason);
}

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

SessionRunner::SessionRunner(SyncServices& services, Carrier& carrier, PostToStrand post)
    : services_(services), carrier_(&carrier), post_(std::move(post)) {}

SessionRunner::~SessionRunner() {
    end_live();
}

void SessionRunner::detach() {
    carrier_ = nullptr;
    end_live();
}

void SessionRunner::end_live() {
    if (subscription_ == 0) return;
    services_.writes.unsubscribe(std::exchange(subscription_, 0));
    services_.live.leave(live_number_);
}

template <class F>
void SessionRunner::on_strand(F work) {
    post_([self = shared_from_this(), work = std::move(work)]() mutable {
        if (self->carrier_ != nullptr) work(*self);
    });
}

void SessionRunner::receive(sync::Message message) {
    const bool is_hello = std::holds_alternative<sync::Hello>(message);
    said_hello_ = said_hello_ || is_hello;
    const bool is_early = said_hello_ && !is_hello && !peer_;
    if ((is_early || is_checking_) && !session_.is_closed()) {
        if (waiting_.size() >= kWaitingMax) return broken("too many messages at once");
        waiting_.push_back(std::move(message));
        return;
    }
    handle(std::move(message));
}

void SessionRunner::handle(sync::Message message) {
    if (const auto* stored = std::get_if<sync::ChunkStored>(&message); stored && live_number_ != 0)
        services_.live.moved(live_number_, stored->cursor);
    if (!peer_ || !std::holds_alternative<sync::Push>(message))
        return perform(session_.receive(std::move(message)));
    // A right that ended a moment ago ends what is pushed now.
    is_checking_ = true;
    const auto push = std::make_shared<sync::Message>(std::move(message));
    look([](storage::Connection&, const Peer&) -> std::variant<std::monostate, Goodbye> { return {}; },
         [push](SessionRunner& runner, std::monostate) {
             runner.is_checking_ = false;
             runner.perform(runner.session_.receive(std::move(*push)));
             runner.drain_waiting();
         });
}

template <class Read, class Then>
void SessionRunner::read_then(const char* what, Read read, Then then) {
    using Answer = std::invoke_result_t<Read&, storage::Connection&>;
    const auto self = shared_from_this();
    const bool is_taken = services_.reads.run([self, what, read = std::move(read), then]() mutable {
        std::optional<Answer> answer;
        try {
            self->services_.database.read([&](storage::Connection& c) { answer.emplace(read(c)); });
        } catch (const storage::StorageError& error) {
            log_failure(what, error.what());
            answer.emplace(unavailable());
        } catch (const std::exception& error) {
            log_failure(what, error.what());
            answer.emplace(server_error());
        }
        if (self->services_.reads.runs_in_place()) return then(*self, std::move(*answer));
        auto kept = std::make_shared<Answer>(std::move(*answer));
        self->on_strand([kept, then](SessionRunner& runner) mutable { then(runner, std::move(*kept)); });
    });
    if (!is_taken) then(*this, Answer(busy()));
}

template <class Read, class Then>
void SessionRunner::look(Read read, Then then) {
    using Answer = std::invoke_result_t<Read&, storage::Connection&, const Peer&>;
    read_then(
        "a read",
        [peer = *peer_, read = std::move(read)](storage::Connection& connection) mutable -> Answer {
            if (auto goodbye = still_admitted(connection, peer)) return *std::move(goodbye);
            return read(connection, peer);
        },
        [then = std::move(then)](SessionRunner& runner, Answer answer) mutable {
            if (const auto* goodbye = std::get_if<Goodbye>(&answer)) {
                runner.is_checking_ = false;
                return runner.perform(runner.session_.refused(*goodbye));
            }
            then(runner, std::get<0>(std::move(answer)));
        });
}

void SessionRunner::broken(const std::string& what) {
    perform(session_.broken(what));
}

void SessionRunner::shut_down() {
    perform(session_.refused({"shutting_down", "The server restarts.", GoodbyeAction::retry_later, 1'000}));
}

void SessionRunner::perform(sync::ServerActions actions) {
    for (sync::ServerAction& action : actions) {
        if (carrier_ == nullptr) return;
        std::visit(Overloaded{
                       [&](sync::Send& send) {
                           if (send.encoded.empty()) sync::encode(send.message, send.encoded);
                           carrier_->send(std::move(send.encoded));
                       },
                       [&](const sync::Authenticate& ask) { authenticate(ask.hello); },
                       [&](sync::Submit& ask) { submit(std::move(ask.set)); },
                       [&](const sync::ReadChunk& ask) { read(ask); },
                       [&](const sync::ForgetReceipts& told) {
                           services_.writes.run(
                               [peer = *peer_, uids = told.change_sets](storage::Connection& connection) {
                                   trim_receipts(connection, peer.business, peer.user, uids);
                               },
                               nullptr);
                       },
                       [&](const sync::Compare& ask) { compare(ask.verify); },
                       [&](const sync::Finish&) { carrier_->finish(); },
                   },
                   action);
    }
    if (carrier_ != nullptr && is_idle()) carrier_->idle();
}

void SessionRunner::poll() {
    if (!peer_) return;
    using Answer = std::variant<sync::Cursor, Goodbye>;
    read_then(
        "a read",
        [peer = *peer_](storage::Connection& connection) -> Answer {
            if (auto goodbye = still_admitted(connection, peer)) return *std::move(goodbye);
            return read_head(connection, peer.business);
        },
        [](SessionRunner& runner, const Answer& answer) {
            if (const auto* head = std::get_if<sync::Cursor>(&answer))
                return runner.perform(runner.session_.committed(head->seq));
            const auto& goodbye = std::get<Goodbye>(answer);
            // The next poll looks again.
            if (goodbye.code == unavailable().code || goodbye.code == busy().code) return;
            runner.perform(runner.session_.refused(goodbye));
        });
}

void SessionRunner::authenticate(const sync::Hello& hello) {
    read_then(
        "an admission",
        [hello, &clock = services_.clock](storage::Connection& connection) {
            return admit(connection, hello, clock.now_us());
        },
        [hello](SessionRunner& runner, const Admission& admission) {
            if (const auto* goodbye = std::get_if<Goodbye>(&admission))
                return runner.perform(runner.session_.refused(*goodbye));
            runner.on_record(std::get<Peer>(admission), hello);
        });
}

// The store and the device's contact are on record before anything is pushed.
void SessionRunner::on_record(const Peer& peer, const sync::Hello& hello) {
    auto is_own = std::make_shared<bool>(false);
    const bool taken = services_.writes.run(
        [this, peer, cursor = hello.cursor.seq, is_own](storage::Connection& connection) {
            const std::int64_t now_us = services_.clock.now_us();
            *is_own = touch_store(connection, peer, cursor, now_us);
            if (*is_own && now_us - peer.token_used_at_us > accounts::kTouchAfterUs)
                accounts::touch_token(connection, peer.token_id, now_us);
        },
        [self = shared_from_this(), peer, hello, is_own](bool ok) {
            self->on_strand([peer, hello, ok, own = *is_own](SessionRunner& runner) {
                if (!ok) return runner.perform(runner.session_.refused(unavailable()));
                if (!own)
                    return runner.perform(
                        runner.session_.refused({"unauthenticated", "This store belongs to another user.",
                                                 GoodbyeAction::sign_in, 0}));
                runner.welcome(peer, hello);
            });
        });
    if (!taken) perform(session_.refused(busy()));
}

void SessionRunner::welcome(const Peer& peer, const sync::Hello& hello) {
    using Answer = std::variant<sync::Welcome, Goodbye>;
    read_then(
        "a welcome",
        [peer, receipted = hello.receipted](storage::Connection& connection) -> Answer {
            sync::Welcome welcome;
            welcome.head = read_head(connection, peer.business);
            welcome.last_number = last_number(connection, peer.business, peer.store).value_or(0);
            if (!has_entry(connection, peer.business, receipted)) return server_restored();
            return welcome;
        },
        [peer, hello](SessionRunner& runner, const Answer& answer) {
            if (const auto* goodbye = std::get_if<Goodbye>(&answer))
                return runner.perform(runner.session_.refused(*goodbye));
            runner.admitted(peer, hello, std::get<sync::Welcome>(answer));
        });
}

void SessionRunner::admitted(const Peer& peer, const sync::Hello& hello, sync::Welcome welcome) {
    if (session_.is_closed()) return;
    welcome.server_time_us = services_.clock.now_us();
    welcome.limits = {sync::limits::changes_per_set_max, sync::limits::change_set_bytes_max,
                      sync::limits::frame_bytes_max, sync::limits::window_bytes};
    peer_ = peer;
    if (hello.live) {
        live_number_ = services_.live.join({peer.business, peer.device, hello.cursor.seq});
        subscription_ = services_.writes.subscribe(
            [weak = weak_from_this(), business = peer.business](BusinessId written, sync::Cursor head) {
                const auto self = weak.lock();
                if (!self || written != business) return;
                self->on_strand(
                    [head](SessionRunner& runner) { runner.perform(runner.session_.committed(head.seq)); });
            });
    }
    perform(session_.admitted(welcome));
    drain_waiting();
}

void SessionRunner::drain_waiting() {
    while (!waiting_.empty() && carrier_ != nullptr && !is_checking_) {
        sync::Message message = std::move(waiting_.front());
        waiting_.pop_front();
        handle(std::move(message));
    }
}

void SessionRunner::submit(sync::ChangeSet set) {
    WriteRequest request;
    request.business = peer_->business;
    request.author = peer_->user;
    request.origin = Origin::push;
    request.store = peer_->store;
    request.set = std::move(set);
    const bool taken = services_.writes.submit(
        std::move(request), [self = shared_from_this()](const WriteOutcome& outcome) { self->told(outcome); },
        [self = shared_from_this()](const WriteFailure& failure) {
            log_failure("a pushed write", failure.reason);
            self->on_strand([failure](SessionRunner& runner) {
                runner.perform(
                    runner.session_.refused(failure.is_unavailable ? unavailable() : server_error()));
            });
        });
    if (!taken) perform(session_.refused(busy()));
}

// A transaction answers hundreds: one turn on the strand takes all that are there.
void SessionRunner::told(const WriteOutcome& outcome) {
    {
        const std::lock_guard lock(telling_);
        outcomes_.push_back(outcome);
        if (outcomes_.size() > 1) return;
    }
    on_strand([](SessionRunner& runner) { runner.take_outcomes(); });
}

void SessionRunner::take_outcomes() {
    std::vector<WriteOutcome> outcomes;
    {
        const std::lock_guard lock(telling_);
        outcomes.swap(outcomes_);
    }
    for (WriteOutcome& outcome : outcomes) {
        if (carrier_ == nullptr) return;
        perform(outcome.must_renumber ? session_.renumber(outcome.last_number)
                                      : session_.receipt(std::move(outcome.receipt)));
    }
}

void SessionRunner::read(const sync::ReadChunk& request) {
    using Answer = std::variant<sync::Chunk, Goodbye>;
    look(
        [request, &tables = services_.tables](storage::Connection& connection, const Peer& peer) -> Answer {
            auto chunk = read_chunk(connection, tables, peer,
                                    {request.cursor, request.unfinished, request.count_records});
            if (!chunk) return server_restored();
            return *std::move(chunk);
        },
        [](SessionRunner& runner, sync::Chunk chunk) {
            // What was committed meanwhile is in the chunk: its receipts go first, or the device would take its
            // own work for somebody else's and apply what lies on top anew.
            runner.take_outcomes();
            if (runner.carrier_ == nullptr) return;
            runner.perform(runner.session_.chunk(std::move(chunk)));
        });
}

void SessionRunner::compare(const sync::Verify& verify) {
    using Answer = std::variant<sync::Verified, Goodbye>;
    look(
        [verify, &tables = services_.tables](storage::Connection& connection, const Peer& peer) -> Answer {
            return compare_checksums(connection, tables, peer, verify);
        },
        [](SessionRunner& runner, const sync::Verified& verified) {
            runner.services_.diverged_scopes += verified.diverged.size();
            runner.perform(runner.session_.compared(verified));
        });
}

}  // namespace fieldsync::server
