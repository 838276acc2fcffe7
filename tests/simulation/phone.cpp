#include "simulation/phone.hpp"

#include <algorithm>

#include "accounts/tokens.hpp"
#include "device-engine/store_check.hpp"
#include "fieldsync/schema/calendar.hpp"
#include "fieldsync/schema/entities.hpp"
#include "simulation/phone_session.hpp"
#include "simulation/violation.hpp"
#include "simulation/watched_store.hpp"
#include "sync/devices.hpp"

namespace fieldsync::simulation {
namespace {

using device::SyncEnd;
using sync::GoodbyeAction;
namespace entity = schema::entity;

constexpr auto kUserType = schema::number_of<schema::user_fields>("user_type");
constexpr auto kUserName = schema::number_of<schema::user_fields>("name");
constexpr unsigned kRenumbersMax = 3;  // as the device's transport

}  // namespace

Phone::Phone(Scene& scene, std::string name, const PhonePlan& plan, std::filesystem::path path, Dice dice)
    : clock(scene.scheduler),
      scene_(scene),
      name_(std::move(name)),
      plan_(plan),
      path_(std::move(path)),
      dice_(dice.fork(1)),
      random_(dice.fork(2)) {
    clock.offset_us = plan.clock_offset_us;
}

Phone::~Phone() {
    close();
}

const schema::Schema& Phone::schema() const {
    return plan_.is_older ? Town::older_schema() : Town::schema();
}

void Phone::start() {
    if (engine_) return;
    life_ = std::make_shared<Life>();
    life_->killed = [this] { die("dies at a commit point"); };
    device::EngineOptions options;
    options.path = path_;
    options.clock = &clock;
    options.random = &random_;
    options.schema = &schema();
    options.map_size_first = std::size_t{1} << 19;
    options.points = &points;
    try {
        auto opened = device::Engine::open(options);
        if (opened.has_error()) {
            if (!points.is_disk_full)
                throw Violation("a store opens again", name_ + ": " + opened.error().message);
            return start_again(10 * kSecond);
        }
        engine_ = std::move(*opened);
    } catch (const device::Killed&) {
        return start_again(10 * kSecond);
    }
    store_ = std::make_unique<WatchedStore>(*this);
    ledger_.compare(*engine_);
    cursor_ = schema::number(store_->cursor().seq);
    sync_soon(dice_.between(0, 2'000) * kMillisecond);
}

void Phone::die(const std::string& why) {
    if (!engine_) return;
    say(why);
    life_->is_over = true;
    if (session_) session_->drop();
    session_.reset();
    store_.reset();
    engine_.reset();
    scene_.scheduler.forget_the_dead();
    for (const std::string& fault : testing::faults_of_store(path_, schema()))
        throw Violation("a store is whole", name_ + ": " + fault);
    if (plan_.is_older && dice_.chance(300)) {
        plan_.is_older = false;
        say("is going to run a newer program");
    }
    start_again(dice_.between(1, 30) * kSecond);
}

void Phone::close() {
    if (life_) life_->is_over = true;
    if (session_) session_->drop();
    session_.reset();
    store_.reset();
    engine_.reset();
}

void Phone::start_again(std::int64_t after_us) {
    scene_.scheduler.after(after_us, nullptr, [this, starts = ++starts_] {
        if (starts == starts_) start();
    });
}

void Phone::go_offline(std::int64_t for_us) {
    say("is offline for " + std::to_string(for_us / kSecond) + " s");
    offline_until_us_ = std::max(offline_until_us_, scene_.scheduler.now_us() + for_us);
    if (session_) session_->drop();
    session_.reset();
    if (engine_) sync_soon(for_us);
}

void Phone::break_connection() {
    if (session_) session_->break_up();
}

void Phone::verify_next() {
    verifies_next_ = true;
    if (session_) session_->drop();
    session_.reset();
    sync_soon(0);
}

// Of several the latest counts.
void Phone::sync_soon(std::int64_t after_us) {
    scene_.scheduler.after(after_us, life_, [this, number = ++sync_number_] {
        if (number != sync_number_ || session_ || !engine_) return;
        const std::int64_t now_us = scene_.scheduler.now_us();
        if (now_us < offline_until_us_) return sync_soon(offline_until_us_ - now_us);
        begin_session();
    });
}

bool Phone::sign_in() {
    if (!scene_.server.is_up()) return false;
    const Record* record = scene_.log.find({entity::user, user()}, scene_.log.head());
    const std::string type = record->fields.text(kUserType);
    device::Account account;
    scene_.server.run_now([&](server::storage::Connection& connection) {
        const std::int64_t now_us = scene_.server.clock.now_us();
        account.token =
            server::accounts::issue_token(connection, random_, scene_.town.business, record->id,
                                          server::accounts::Surface::sync, engine_->device(), now_us);
        server::register_device(connection, scene_.town.business, engine_->device(), name_, user(), now_us);
    });
    account.server_url = "http://server";
    account.user = user();
    account.business = scene_.town.business_uid;
    account.user_type = type;
    account.user_name = record->fields.text(kUserName);
    try {
        const auto done = engine_->sign_in(account);
        if (done.has_error()) throw Violation("the same user signs in", name_ + ": " + done.error().message);
    } catch (const device::StoreFailure&) {
        return false;
    }
    say("signs in as " + type);
    return true;
}

void Phone::begin_session() {
    if (must_sign_in_ || !engine_->account()) {
        if (!sign_in()) return sync_soon(5 * kSecond);
        must_sign_in_ = false;
    }
    const bool verifies = std::exchange(verifies_next_, false);
    const Dice dice = dice_.fork(1'000 + ++connections_);
    session_ = plan_.over_http ? make_exchange_session(*this, verifies, dice)
                               : make_live_session(*this, !verifies, verifies, dice);
    const auto session = session_;
    session->begin();
}

void Phone::session_ended(SyncEnd end, const std::string& message, bool renumbered) {
    const auto session = std::exchange(session_, nullptr);
    const sync::DeviceSession& state = session->session();
    if (state.verified()) verified_ = state.verified();
    if (renumbered) {
        if (++renumbers_ > kRenumbersMax)
            throw Violation("renumbering ends", name_ + " is asked for new numbers again and again");
        return sync_soon(0);
    }
    switch (end) {
        case SyncEnd::done:
            failures_ = renumbers_ = 0;
            say("has synced");
            return sync_soon(dice_.between(2, 60) * kSecond);
        case SyncEnd::goodbye:
            say("hears goodbye: " + message);
            return obey(*state.goodbye());
        case SyncEnd::broken:
            if (!scene_.network.cuts_frames)
                throw Violation("both ends speak the protocol", name_ + ": " + message);
            break;
        default:
            break;
    }
    say("lost: " + message);
    sync_soon(backoff());
}

void Phone::obey(const sync::Goodbye& goodbye) {
    switch (goodbye.action) {
        case GoodbyeAction::resync:
            try {
                const bool is_restored = goodbye.code == "server_restored";
                if (is_restored) ledger_.offers_again();
                is_resyncing_ = true;
                engine_->resync(is_restored ? std::optional(Seq{}) : std::nullopt);
                cursor_ = 0;
                ledger_.compare(*engine_);
            } catch (const device::StoreFailure&) {
                return sync_soon(backoff());
            }
            say("begins anew");
            return sync_soon(0);
        case GoodbyeAction::sign_in:
            must_sign_in_ = true;
            return sync_soon(dice_.between(5, 60) * kSecond);
        case GoodbyeAction::wipe:
        case GoodbyeAction::upgrade:
        case GoodbyeAction::stay_offline:
            return sync_soon(dice_.between(60, 75) * kSecond);
        case GoodbyeAction::retry_later:
            break;
    }
    const bool was_too_slow = goodbye.message.find("no hello in time") != std::string::npos;
    if (goodbye.code == "protocol_error" && !scene_.network.cuts_frames && !was_too_slow)
        throw Violation("both ends speak the protocol", name_ + " is told " + goodbye.message);
    if (goodbye.code == "server_error")
        throw Violation("the server makes no mistakes", name_ + " is told " + goodbye.message);
    sync_soon(goodbye.retry_after_ms == 0 ? backoff() : goodbye.retry_after_ms * kMillisecond);
}

std::int64_t Phone::backoff() {
    const std::int64_t step_ms =
        std::min<std::int64_t>(60'000, std::int64_t{1'000} << std::min(failures_++, 6U));
    return dice_.between(step_ms / 2, step_ms) * kMillisecond;
}

std::optional<Sight> Phone::sight() {
    if (!engine_ || !engine_->account()) return std::nullopt;
    Sight sight{scene_.town, user(), engine_->account()->is_admin(), {}, {}, {}};
    sight.all = [this](schema::EntityNumber entity) { return engine_->query({.entity = entity})->records; };
    sight.new_uid = [this] { return engine_->new_uid(); };
    sight.day =
        schema::date_at(clock.now_us() + engine_->status().offset_us - 24 * 3'600 * kSecond, "Asia/Kolkata");
    return sight;
}

void Phone::write(const Work& work) {
    if (!engine_ || work.changes.empty()) return;
    std::map<RecordKey, Seq> seen;
    for (const schema::Change& change : work.changes)
        if (const auto record = engine_->get({change.entity, change.uid}))
            seen[{change.entity, change.uid}] = record->seq;
    try {
        const auto written = engine_->write(work.changes);
        if (written.has_error()) {
            say("may not: " + work.words + " (" + written.error().word + ")");
            return;
        }
        if (written->change_set.is_nil()) return;
        const auto items = engine_->outbox();
        if (items.empty() || items.back().set.uid != written->change_set)
            throw Violation("a write is in the outbox", name_ + ": what was written is not the last there");
        ledger_.wrote(items.back().set);
        say("#" + written->change_set.to_string().substr(30) + ": " + work.words);
        for (const schema::Change& change : items.back().set.changes)
            for (const schema::FieldChange& item : change.fields) {
                const auto base = seen.find({change.entity, change.uid});
                if (item.base > (base == seen.end() ? Seq{} : base->second))
                    throw Violation(
                        "a base is what the author saw",
                        name_ + ": a base of " + std::to_string(schema::number(item.base)) +
                            " on a record of " +
                            std::to_string(base == seen.end() ? 0 : schema::number(base->second)));
            }
    } catch (const device::StoreFailure& failure) {
        say("cannot write: " + std::string(failure.what()));
        return;
    } catch (const device::Killed&) {
        say("dies while writing: " + work.words);
        ledger_.may_have_written();
        die("dies at a commit point");
        return;
    }
    ledger_.compare(*engine_);
    if (session_)
        session_->outbox_grew();
    else if (failures_ == 0)
        sync_soon(2 * kSecond);
}

void Phone::care_for_the_outbox(Dice& dice) {
    if (!engine_) return;
    const auto rejected = engine_->rejected();
    if (rejected.empty()) return;
    const Uid uid = dice.one_of(rejected).set.uid;
    try {
        if (dice.chance(500)) {
            if (engine_->drop_rejected(uid).has_error()) return;
            ledger_.dropped(uid);
            say("drops #" + uid.to_string().substr(30));
        } else {
            const auto sent = engine_->resend_rejected(uid);
            if (sent.has_error()) return;
            ledger_.dropped(uid);
            if (!sent->change_set.is_nil()) ledger_.wrote(engine_->outbox().back().set);
            say("sends #" + uid.to_string().substr(30) + " again");
            if (session_) session_->outbox_grew();
        }
    } catch (const device::StoreFailure&) {
        return;
    } catch (const device::Killed&) {
        ledger_.may_have_written();
        return die("dies at a commit point");
    }
    ledger_.compare(*engine_);
}

void Phone::keep_copy() {
    if (!engine_) return;
    const auto kept = path_.string() + ".copy";
    std::filesystem::create_directories(kept);
    std::filesystem::copy_file(path_ / "data.mdb", std::filesystem::path(kept) / "data.mdb",
                               std::filesystem::copy_options::overwrite_existing);
    copy_ = Copy{ledger_, store_->cursor()};
    say("is copied");
}

void Phone::restore_copy() {
    if (!copy_) return;
    if (engine_) die("is put back to its copy");
    std::filesystem::remove(path_ / "lock.mdb");
    std::filesystem::copy_file(std::filesystem::path(path_.string() + ".copy") / "data.mdb",
                               path_ / "data.mdb", std::filesystem::copy_options::overwrite_existing);
    ledger_ = copy_->ledger;
    is_resyncing_ = true;  // it may have been
}

void Phone::begin_as_copy_of(const Phone& other) {
    std::filesystem::create_directories(path_);
    std::filesystem::copy_file(std::filesystem::path(other.path_.string() + ".copy") / "data.mdb",
                               path_ / "data.mdb");
    ledger_ = other.copy_->ledger;
    is_resyncing_ = true;
}

void Phone::calm_down() {
    points.arm({});
    points.is_disk_full = false;
    offline_until_us_ = scene_.scheduler.now_us();
    failures_ = 0;
    if (!engine_)
        start();
    else if (!session_)
        sync_soon(dice_.between(0, 3'000) * kMillisecond);
}

bool Phone::is_quiet() const {
    if (!engine_) return false;
    const device::Status status = engine_->status();
    return status.pending == 0 && status.scopes_unfinished == 0 && status.cursor.seq == scene_.log.head() &&
           scene_.log.has(status.cursor);
}

std::string Phone::state() const {
    if (!engine_) return name_ + " is off";
    const device::Status status = engine_->status();
    std::string text = name_ + ": " + std::to_string(status.pending) + " pending, " +
                       std::to_string(status.unsent) + " unsent, " +
                       std::to_string(status.scopes_unfinished) + " scopes unfinished, cursor " +
                       std::to_string(schema::number(status.cursor.seq)) + " of " +
                       std::to_string(schema::number(scene_.log.head()));
    text += session_ ? ", in a session" : ", without a session";
    return text;
}

void Phone::check_after_apply(const sync::Chunk& chunk) {
    ledger_.compare(*engine_);
    const sync::Cursor cursor = store_->cursor();
    if (schema::number(cursor.seq) < cursor_)
        throw Violation("cursors never go back",
                        name_ + " went back to " + std::to_string(schema::number(cursor.seq)));
    cursor_ = schema::number(cursor.seq);
    if (chunk.is_last) is_resyncing_ = false;
    const device::Status status = engine_->status();
    if (status.ignored_changes != 0)
        throw Violation("what the log says fits", name_ + " was sent a change that fits nowhere");
    if (scene_.server.is_up()) scene_.log.follow(scene_.server.database());
    if (!scene_.log.has(cursor)) return;  // of a log that is no more

    std::set<Uid> unfinished;
    for (const sync::UnfinishedScope& scope : store_->hello().unfinished) unfinished.insert(scope.scope);
    const std::set<Uid> held = scene_.log.held(user(), cursor.seq);
    const bool has_all = held.contains(Uid{});
    LogModel::Sums expected =
        scene_.log.sums(cursor.seq, plan_.is_older ? LogModel::Of::before : LogModel::Of::today);
    std::set<Uid> told;
    const auto at = " at " + std::to_string(schema::number(cursor.seq));
    for (const sync::ScopeChecksum& sum : store_->checksums()) {
        told.insert(sum.scope);
        if (!has_all && !held.contains(sum.scope))
            throw Violation("nothing outside the scopes", name_ + " shows " + scene_.town.name_of(sum.scope) +
                                                              at + ", which is not its to see");
        if (unfinished.contains(sum.scope) || unfinished.contains(Uid{})) continue;
        sync::ScopeChecksum& wanted = expected[sum.scope];
        wanted.scope = sum.scope;
        if (wanted != sum)
            throw Violation("a phone is where its cursor is",
                            name_ + " differs from the log" + at + " in " + scene_.town.name_of(sum.scope) +
                                ": " + std::to_string(sum.records) + " records instead of " +
                                std::to_string(wanted.records));
    }
    if (is_resyncing_) return;
    if (has_all && !unfinished.contains(Uid{}))
        for (const auto& [scope, sum] : expected)
            if (sum.records != 0 && !told.contains(scope))
                throw Violation("all of the scopes",
                                name_ + " has nothing of " + scene_.town.name_of(scope) + at);
    for (const Uid& scope : held)
        if (!scope.is_nil() && !told.contains(scope) && !unfinished.contains(scope))
            throw Violation("all of the scopes",
                            name_ + " has nothing of " + scene_.town.name_of(scope) + at);
}

}  // namespace fieldsync::simulation
