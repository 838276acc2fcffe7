#include "simulation/history.hpp"

#include <algorithm>

#include "fieldsync/schema/entities.hpp"
#include "simulation/checks.hpp"
#include "simulation/planted/planted.hpp"
#include "simulation/violation.hpp"

namespace fieldsync::simulation {
namespace {

namespace entity = schema::entity;
using schema::Operation;

constexpr std::int64_t kSettleMax = 45 * kMinute;

}  // namespace

History::History(const Town& town, const Plan& plan, std::filesystem::path directory, bool keeps_trace)
    : town_(town),
      plan_(plan),
      directory_(std::move(directory)),
      dice_(Dice(plan.seed).fork(3)),
      trace_(keeps_trace),
      server_(scheduler_, ServerDisk(town, directory_ / "server"), dice_.fork(1), trace_),
      network_{scheduler_, server_, trace_, plan.faults,
               plan.faults.cut != 0 && plan.faults.cut_in_middle != 0},
      log_(town),
      scene_{scheduler_, town_, server_, network_, log_, trace_},
      office_(scene_, dice_.fork(2)) {
    planted::chunk_bytes = plan.bounds.chunk_bytes;
    planted::window_bytes = plan.bounds.window_bytes;
    planted::push_bytes = plan.bounds.push_bytes;
    planted::following_max = static_cast<long long>(plan.bounds.following_max);
    log_.follow(server_.database());
    server_.was_restored = [this] {
        server_.database().read([&](server::storage::Connection& connection) {
            log_.cut_off(server::read_head(connection, town_.business).seq);
        });
        verdicts_.begin_anew(server_.database());
    };
    server_.has_started = [this] {
        after_each();  // what was written in the last moment before
        verdicts_.learn_receipts(server_.database());
    };
    scheduler_.after_each = [this] { after_each(); };
    for (std::size_t i = 0; i < plan.phones.size(); ++i)
        phones_.push_back(std::make_unique<Phone>(
            scene_, town.names.at(plan.phones[i].user) + "/" + std::to_string(i), plan.phones[i],
            directory_ / ("phone-" + std::to_string(i)), dice_.fork(100 + i)));
}

History::~History() {
    scheduler_.clear();
    phones_.clear();
}

void History::after_each() {
    if (server_.written.empty() || !server_.is_up()) return;
    log_.follow(server_.database());
    for (const Written& written : std::exchange(server_.written, {})) verdicts_.judge(written);
}

void History::play() {
    for (std::size_t i = 0; i < phones_.size(); ++i)
        if (!plan_.phones[i].is_left_out) phones_[i]->start();
    for (const Step& step : plan_.steps)
        if (!step.is_left_out) scheduler_.at(step.at_us, nullptr, [this, &step] { take(step); });
    scheduler_.run_until(plan_.end_us);
    calm_down();
    settle();
    look_at_the_end();
}

void History::take(const Step& step) {
    Dice dice(step.dice);
    Phone& phone = *phones_.at(step.phone);
    if (plan_.phones.size() > step.phone && plan_.phones[step.phone].is_left_out) {
        const bool is_phones = step.kind != StepKind::office_writes && step.kind != StepKind::assigns &&
                               step.kind < StepKind::server_dies;
        if (is_phones) return;
    }
    if (step.kind < StepKind::server_dies)
        take_phones(step, phone, dice);
    else
        take_servers(step, dice);
}

void History::take_phones(const Step& step, Phone& phone, Dice& dice) {
    switch (step.kind) {
        case StepKind::phone_writes:
            if (const auto sight = phone.sight()) phone.write(draw_work(*sight, dice));
            break;
        case StepKind::office_writes:
            office_.writes(dice);
            break;
        case StepKind::assigns:
            office_.assigns(dice);
            break;
        case StepKind::twins:
            twins(dice);
            break;
        case StepKind::outbox_care:
            phone.care_for_the_outbox(dice);
            break;
        case StepKind::phone_verifies:
            if (phone.is_running()) phone.verify_next();
            break;
        case StepKind::phone_offline:
            phone.go_offline(dice.between(10, 1'200) * kSecond);
            break;
        case StepKind::phone_dies:
            phone_dies(phone, dice);
            break;
        case StepKind::phone_disk_full:
            trace_.say(scheduler_.now_us(), phone.name(), "has a full disk");
            phone.points.is_disk_full = true;
            scheduler_.after(dice.between(5, 300) * kSecond, nullptr,
                             [&phone] { phone.points.is_disk_full = false; });
            break;
        case StepKind::phone_clock:
            phone.clock.offset_us += dice.between(-90 * 60, 90 * 60) * kSecond;
            trace_.say(scheduler_.now_us(), phone.name(), "has another time");
            break;
        case StepKind::phone_is_copied:
            phone.keep_copy();
            break;
        case StepKind::phone_is_restored:
            phone.restore_copy();
            break;
        case StepKind::phone_is_cloned:
            if (phone.has_copy() && phones_.size() < plan_.phones.size() + 2) clone(phone);
            break;
        case StepKind::connection_breaks:
            phone.break_connection();
            break;
        default:
            break;
    }
}

void History::take_servers(const Step& step, Dice& dice) {
    switch (step.kind) {
        case StepKind::server_dies:
            server_dies(dice);
            break;
        case StepKind::server_restarts:
            server_.stop();
            break;
        case StepKind::server_disk_full:
            trace_.say(scheduler_.now_us(), "server", "has a full disk");
            server_.points.is_disk_full = true;
            scheduler_.after(dice.between(1, 90) * kSecond, nullptr,
                             [this] { server_.points.is_disk_full = false; });
            break;
        case StepKind::server_is_backed_up:
            if (server_.disk.can_back_up()) {
                trace_.say(scheduler_.now_us(), "server", "is backed up");
                server_.disk.back_up();
            }
            break;
        case StepKind::server_is_restored:
            server_.restore();
            break;
        case StepKind::server_clock:
            server_.clock.offset_us = dice.between(-20, 20) * kSecond;
            trace_.say(scheduler_.now_us(), "server", "has another time");
            break;
        case StepKind::token_ends:
            office_.end_tokens(dice.one_of(town_.staff));
            break;
        case StepKind::plan_off:
            office_.set_plan("starter-tier");
            scheduler_.after(dice.between(20, 900) * kSecond, nullptr, [this] { office_.set_plan("pro"); });
            break;
        case StepKind::user_off: {
            const Uid user = town_.staff[1 + dice.pick(town_.staff.size() - 1)];
            office_.set_active(user, false);
            scheduler_.after(dice.between(20, 900) * kSecond, nullptr,
                             [this, user] { office_.set_active(user, true); });
            break;
        }
        case StepKind::role_changes:
            office_.changes_a_role(dice);
            break;
        default:
            break;
    }
}

// Two phones that show the same record set one field of it, at the same moment by the corrected clocks.
void History::twins(Dice& dice) {
    Phone& one = *dice.one_of(phones_);
    Phone& other = *dice.one_of(phones_);
    if (&one == &other || !one.is_running() || !other.is_running()) return;
    struct Place {
        schema::EntityNumber entity;
        const char* field;
    };
    static const std::vector<Place> places{{entity::client, "first_name"},
                                           {entity::client, "city"},
                                           {entity::project, "current_phase_key"},
                                           {entity::requirement, "preferred_location"}};
    const Place place = dice.one_of(places);
    const auto records = one.engine().query({.entity = place.entity})->records;
    if (records.empty()) return;
    const Uid uid = dice.one_of(records).uid;
    if (!other.engine().get({place.entity, uid})) return;
    const std::int64_t ahead_us = one.clock.offset_us + one.engine().status().offset_us;
    other.clock.offset_us = ahead_us - other.engine().status().offset_us;
    for (Phone* phone : {&one, &other}) {
        const schema::Change change = change_of(place.entity, uid, Operation::update,
                                                {{place.field, "twin " + std::to_string(dice.pick(1'000))}});
        phone->write({words_of(change), {change}});
    }
}

void History::phone_dies(Phone& phone, Dice& dice) {
    static const std::vector<std::string> points{"store.begin", "store.applied", "store.committed"};
    if (dice.chance(300)) return phone.die("dies");
    const std::string& point = dice.one_of(points);
    phone.points.arm(point, 1 + dice.pick(6));
    trace_.say(scheduler_.now_us(), phone.name(), "is going to die at " + point);
}

void History::server_dies(Dice& dice) {
    static const std::vector<std::string> points{"group.begin", "group.applied", "group.committed",
                                                 "group.answered"};
    if (dice.chance(250)) return server_.kill("dies");
    const std::string& point = dice.one_of(points);
    server_.points.arm(point, 1 + dice.pick(5));
    trace_.say(scheduler_.now_us(), "server", "is going to die at " + point);
}

void History::clone(const Phone& phone) {
    const std::size_t i = phones_.size();
    PhonePlan plan = phone.plan();
    phones_.push_back(std::make_unique<Phone>(scene_, phone.name() + "-clone" + std::to_string(i), plan,
                                              directory_ / ("phone-" + std::to_string(i)),
                                              dice_.fork(100 + i)));
    phones_.back()->begin_as_copy_of(phone);
    trace_.say(scheduler_.now_us(), phones_.back()->name(), "begins as a copy");
    phones_.back()->start();
}

void History::calm_down() {
    trace_.say(scheduler_.now_us(), "everybody", "has a good network from now on");
    network_.faults = Faults{};
    server_.points.arm({});
    server_.points.is_disk_full = false;
    server_.start();
    office_.let_everybody_in();
    for (std::size_t i = 0; i < phones_.size(); ++i)
        if (i >= plan_.phones.size() || !plan_.phones[i].is_left_out) phones_[i]->calm_down();
}

void History::settle() {
    const std::int64_t deadline = scheduler_.now_us() + kSettleMax;
    const auto is_left_out = [&](std::size_t i) {
        return i < plan_.phones.size() && plan_.phones[i].is_left_out;
    };
    const auto all_quiet = [&] {
        for (std::size_t i = 0; i < phones_.size(); ++i)
            if (!is_left_out(i) && !phones_[i]->is_quiet()) return false;
        return true;
    };
    for (;;) {  // minute by minute: that all are quiet is nothing to ask after each event
        scheduler_.run_until(scheduler_.now_us() + 30 * kSecond);
        if (all_quiet()) return;
        if (scheduler_.now_us() < deadline) continue;
        for (std::size_t i = 0; i < phones_.size(); ++i)
            if (!is_left_out(i) && !phones_[i]->is_quiet())
                throw Violation("everybody catches up", phones_[i]->state() + ", " +
                                                            std::to_string(kSettleMax / kMinute) +
                                                            " minutes after the faults stopped");
    }
}

// Whoever comes last finds in snapshots what the others have of the log.
void History::begin_afresh() {
    Dice dice = dice_.fork(4);
    if (!dice.chance(400)) return;
    PhonePlan plan;
    plan.user = static_cast<std::uint32_t>(dice.pick(town_.staff.size()));
    plan.over_http = dice.chance(500);
    phones_.push_back(std::make_unique<Phone>(scene_, town_.names[plan.user] + "/new", plan,
                                              directory_ / "phone-new", dice.fork(1)));
    phones_.back()->start();
    settle();
}

void History::look_at_the_end() {
    begin_afresh();
    std::vector<Phone*> phones;
    for (std::size_t i = 0; i < phones_.size(); ++i)
        if (i >= plan_.phones.size() || !plan_.phones[i].is_left_out) phones.push_back(phones_[i].get());
    for (Phone* phone : phones) phone->verify_next();
    const std::int64_t deadline = scheduler_.now_us() + 10 * kMinute;
    const auto is_verified = [](const Phone* phone) {
        return phone->verified() && phone->verified()->comparable;
    };
    while (!std::all_of(phones.begin(), phones.end(), is_verified) && scheduler_.now_us() < deadline)
        scheduler_.run_until(scheduler_.now_us() + 10 * kSecond);
    for (const Phone* phone : phones)
        if (!is_verified(phone))
            throw Violation("everybody verifies", phone->name() + " gets no answer to verify");
    check_server(scene_);
    for (Phone* phone : phones) check_phone(scene_, *phone);
    check_ledgers(scene_, phones);
    for (Phone* phone : phones) check_store(*phone);
}

}  // namespace fieldsync::simulation
