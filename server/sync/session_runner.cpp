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

// Messages between hello and the answer to it; an exchange brings its whole body at once.
constexpr std::size_t kWaitingMax = 64;

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
    if (said_hello_ && !is_hello && !peer_ && !session_.is_closed()) {
        if (waiting_.size() >= kWaitingMax) return broken("too much before the welcome");
        waiting_.push_back(std::move(message));
        return;
    }
    // A right that ended a moment ago ends what is pushed now.
    if (peer_ && std::holds_alternative<sync::Push>(message))
        if (auto goodbye = look([](storage::Connection&) {})) return perform(session_.refused(*goodbye));
    if (const auto* stored = std::get_if<sync::ChunkStored>(&message); stored && live_number_ != 0)
        services_.live.moved(live_number_, stored->cursor);
    perform(session_.receive(std::move(message)));
}

template <class F>
std::optional<Goodbye> SessionRunner::look(F work) {
    std::optional<Goodbye> goodbye;
    try {
        services_.database.read([&](storage::Connection& connection) {
            goodbye = still_admitted(connection, *peer_);
            if (!goodbye) work(connection);
        });
    } catch (const storage::StorageError& error) {
        log_failure("a read", error.what());
        goodbye = unavailable();
    } catch (const std::exception& error) {
        log_failure("a read", error.what());
        goodbye = server_error();
    }
    return goodbye;
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
    sync::Cursor head;
    const auto goodbye =
        look([&](storage::Connection& connection) { head = read_head(connection, peer_->business); });
    if (goodbye && goodbye->code == unavailable().code) return;  // the next poll looks again
    perform(goodbye ? session_.refused(*goodbye) : session_.committed(head.seq));
}

void SessionRunner::authenticate(const sync::Hello& hello) {
    Admission admission = unavailable();
    try {
        admission = services_.database.read([&](storage::Connection& connection) {
            return admit(connection, hello, services_.clock.now_us());
        });
    } catch (const storage::StorageError& error) {
        log_failure("an admission", error.what());  // unavailable, as it is said above
    } catch (const std::exception& error) {
        log_failure("an admission", error.what());
        admission = server_error();
    }
    if (const auto* goodbye = std::get_if<Goodbye>(&admission)) return perform(session_.refused(*goodbye));
    // The store and the device's contact are on record before anything is pushed.
    const Peer peer = std::get<Peer>(admission);
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
                runner.admitted(peer, hello);
            });
        });
    if (!taken) perform(session_.refused(busy()));
}

void SessionRunner::admitted(const Peer& peer, const sync::Hello& hello) {
    sync::Welcome welcome;
    welcome.server_time_us = services_.clock.now_us();
    welcome.limits = {sync::limits::changes_per_set_max, sync::limits::change_set_bytes_max,
                      sync::limits::frame_bytes_max, sync::limits::window_bytes};
    bool is_restored = false;
    try {
        services_.database.read([&](storage::Connection& connection) {
            welcome.head = read_head(connection, peer.business);
            welcome.last_number = last_number(connection, peer.business, peer.store).value_or(0);
            is_restored = !has_entry(connection, peer.business, hello.receipted);
        });
    } catch (const storage::StorageError& error) {
        log_failure("a welcome", error.what());
        return perform(session_.refused(unavailable()));
    }
    if (is_restored) return perform(session_.refused(server_restored()));
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
    while (!waiting_.empty() && carrier_ != nullptr) {
        sync::Message message = std::move(waiting_.front());
        waiting_.pop_front();
        perform(session_.receive(std::move(message)));
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
    std::optional<sync::Chunk> chunk;
    auto goodbye = look([&](storage::Connection& connection) {
        chunk = read_chunk(connection, services_.tables, *peer_,
                           {request.cursor, request.unfinished, request.count_records});
    });
    if (!goodbye && !chunk) goodbye = server_restored();
    if (goodbye) return perform(session_.refused(*goodbye));
    // What was committed meanwhile is in the chunk: its receipts go first, or the device would take its own
    // work for somebody else's and apply what lies on top anew.
    take_outcomes();
    if (carrier_ == nullptr) return;
    perform(session_.chunk(std::move(*chunk)));
}

void SessionRunner::compare(const sync::Verify& verify) {
    sync::Verified verified;
    const auto goodbye = look([&](storage::Connection& connection) {
        verified = compare_checksums(connection, services_.tables, *peer_, verify);
    });
    services_.diverged_scopes += verified.diverged.size();
    perform(goodbye ? session_.refused(*goodbye) : session_.compared(verified));
}

}  // namespace fieldsync::server
