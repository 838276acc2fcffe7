#include "simulation/plan.hpp"

#include <algorithm>
#include <array>

#include "simulation/scheduler.hpp"

namespace fieldsync::simulation {
namespace {

constexpr std::array<std::string_view, 24> kWords{"phone_writes",
                                                  "office_writes",
                                                  "twins",
                                                  "assigns",
                                                  "outbox_care",
                                                  "phone_verifies",
                                                  "phone_offline",
                                                  "phone_dies",
                                                  "phone_disk_full",
                                                  "phone_clock",
                                                  "phone_is_copied",
                                                  "phone_is_restored",
                                                  "phone_is_cloned",
                                                  "connection_breaks",
                                                  "server_dies",
                                                  "server_restarts",
                                                  "server_disk_full",
                                                  "server_is_backed_up",
                                                  "server_is_restored",
                                                  "server_clock",
                                                  "token_ends",
                                                  "plan_off",
                                                  "user_off",
                                                  "role_changes"};

// Several kinds of one weight come up one as often as the other.
struct Weighted {
    std::uint64_t per_mille;
    std::vector<StepKind> kinds;
};

StepKind draw_kind(const Faults& faults, Dice& dice) {
    using enum StepKind;
    const std::array<Weighted, 12> table{
        {{faults.offline, {phone_offline}},
         {faults.phone_dies, {phone_dies}},
         {faults.phone_disk_full, {phone_disk_full}},
         {faults.phone_clock, {phone_clock}},
         {faults.phone_copies, {phone_is_copied, phone_is_copied, phone_is_restored, phone_is_cloned}},
         {faults.cut / 3, {connection_breaks}},
         {faults.server_dies, {server_dies, server_dies, server_restarts}},
         {faults.server_disk_full, {server_disk_full}},
         {faults.server_backups, {server_is_backed_up, server_is_restored}},
         {faults.server_clock, {server_clock}},
         {faults.rights, {assigns, assigns, assigns, role_changes}},
         {faults.accounts, {token_ends, plan_off, user_off}}}};
    std::uint64_t at = dice.pick(1'300);
    for (const Weighted& entry : table) {
        if (at < entry.per_mille) return dice.one_of(entry.kinds);
        at -= entry.per_mille;
    }
    static const std::vector<StepKind> work{
        phone_writes,  phone_writes,  phone_writes, phone_writes, phone_writes, phone_writes, office_writes,
        office_writes, office_writes, phone_writes, twins,        assigns,      outbox_care,  phone_verifies};
    return dice.one_of(work);
}

Bounds draw_bounds(Dice& dice) {
    Bounds bounds;
    static const std::vector<std::uint64_t> chunk{150, 1'000, 6'000, 256 * 1024}, window{1, 3'000, 1 << 20},
        push{200, 2'000, 256 * 1024}, following{2, 30, 1'000};
    bounds.chunk_bytes = dice.one_of(chunk);
    bounds.window_bytes = dice.one_of(window);
    bounds.push_bytes = dice.one_of(push);
    bounds.following_max = dice.one_of(following);
    return bounds;
}

}  // namespace

std::string_view word_of(StepKind kind) {
    return kWords.at(static_cast<std::size_t>(kind));
}

bool is_fault(StepKind kind) {
    return kind >= StepKind::phone_offline;
}

Plan Plan::draw(std::uint64_t seed, Weather weather) {
    const Dice all(seed);
    Plan plan;
    plan.seed = seed;
    plan.weather = weather;
    plan.faults = Faults::draw(weather, all.fork(1));
    Dice dice = all.fork(2);
    plan.bounds = draw_bounds(dice);

    const std::uint64_t phones = dice.chance(60) ? 7 + dice.pick(6) : 2 + dice.pick(4);
    for (std::uint64_t i = 0; i < phones; ++i) {
        PhonePlan phone;
        phone.user = static_cast<std::uint32_t>(i == 0 ? 0 : dice.pick(5));  // the first one is an admin's
        phone.over_http = dice.chance(350);
        phone.is_older = dice.chance(200);
        if (plan.faults.phone_clock != 0 && dice.chance(300))
            phone.clock_offset_us = dice.between(-3 * 24 * 3'600, 3 * 24 * 3'600) * kSecond;
        plan.phones.push_back(phone);
    }

    // From people at work all the time to a few words a day.
    static const std::vector<std::int64_t> paces{2 * kSecond, 20 * kSecond, 3 * kMinute};
    const std::int64_t pace = dice.one_of(paces);
    const std::uint64_t steps = 20 + dice.pick(dice.chance(100) ? 200 : 70);
    std::int64_t at_us = 5 * kSecond;
    for (std::uint64_t i = 0; i < steps; ++i) {
        // Some at the very same moment.
        if (!dice.chance(150)) at_us += dice.between(0, 2 * pace);
        plan.steps.push_back({at_us, draw_kind(plan.faults, dice),
                              static_cast<std::uint32_t>(dice.pick(phones)), dice.next(), false});
    }
    plan.end_us = at_us + kMinute;
    return plan;
}

}  // namespace fieldsync::simulation
