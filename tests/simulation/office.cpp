#include "simulation/office.hpp"

#include "fieldsync/schema/calendar.hpp"
#include "fieldsync/schema/entities.hpp"

namespace fieldsync::simulation {
namespace {

namespace entity = schema::entity;
using schema::Operation;

constexpr auto kUserType = schema::number_of<schema::user_fields>("user_type");
constexpr auto kUserActive = schema::number_of<schema::user_fields>("is_active");

}  // namespace

Sight Office::sight_of(const Uid& user) {
    const Seq head = scene_.log.head();
    const std::set<Uid> held = scene_.log.held(user, head);
    Sight sight{scene_.town, user, held.contains(Uid{}), {}, {}, {}};
    sight.all = [this, held, head](schema::EntityNumber entity) {
        std::vector<Record> all = scene_.log.all(entity, head);
        if (!held.contains(Uid{}))
            std::erase_if(all, [&](const Record& record) { return !held.contains(record.scope); });
        return all;
    };
    sight.new_uid = [this] { return sync::new_uid(scene_.server.clock, random_); };
    sight.day = schema::date_at(scene_.server.clock.now_us() - 24 * 3'600 * kSecond, "Asia/Kolkata");
    return sight;
}

void Office::submit(const Uid& author, const Work& work, server::Origin origin) {
    if (work.changes.empty() || !scene_.server.is_up()) return;
    server::WriteRequest request;
    request.business = scene_.town.business;
    request.author = author;
    request.origin = origin;
    request.set.uid = sync::new_uid(scene_.server.clock, random_);
    request.set.made_at_us = scene_.server.clock.now_us();
    request.set.hlc = sync::Hlc::at(request.set.made_at_us / 1000);
    request.set.changes = work.changes;
    const std::string who = author.is_nil() ? "the operators" : scene_.town.name_of(author);
    scene_.trace.say(scene_.scheduler.now_us(), "office",
                     who + " #" + request.set.uid.to_string().substr(30) + ": " + work.words);
    scene_.server.submit(std::move(request), [this, who](const server::WriteOutcome& outcome) {
        const sync::Receipt& receipt = outcome.receipt;
        scene_.trace.say(scene_.scheduler.now_us(), "office",
                         who + (receipt.status == sync::ReceiptStatus::rejected
                                    ? " may not: " + receipt.code
                                    : " is answered, " + std::to_string(schema::number(receipt.seq))));
    });
}

Uid Office::an_admin(Dice& dice) const {
    std::vector<Uid> admins;
    for (const Uid& user : scene_.town.staff)
        if (scene_.log.held(user, scene_.log.head()).contains(Uid{})) admins.push_back(user);
    return admins.empty() ? scene_.town.staff.front() : dice.one_of(admins);
}

void Office::writes(Dice dice) {
    const Uid user = dice.one_of(scene_.town.staff);
    const Sight sight = sight_of(user);
    submit(user, draw_work(sight, dice));
}

void Office::assigns(Dice dice) {
    const Uid user = an_admin(dice);
    const Sight sight = sight_of(user);
    submit(user, draw_assignment(sight, dice));
}

void Office::changes_a_role(Dice dice) {
    // The first one stays what he is: somebody has to be an admin.
    const Uid user = scene_.town.staff[1 + dice.pick(scene_.town.staff.size() - 1)];
    const Record* record = scene_.log.find({entity::user, user}, scene_.log.head());
    const bool is_admin = record->fields.text(kUserType) == "admin";
    const schema::Change change = change_of(entity::user, user, Operation::update,
                                            {{"user_type", std::string(is_admin ? "staff" : "admin")}});
    submit(scene_.town.staff.front(), {words_of(change), {change}});
}

void Office::set_plan(const std::string& slug) {
    const schema::Change change =
        change_of(entity::business, scene_.town.business_uid, Operation::update, {{"plan", slug}});
    submit({}, {"the plan is " + slug, {change}}, server::Origin::system);
}

void Office::set_active(const Uid& user, bool is_active) {
    const schema::Change change =
        change_of(entity::user, user, Operation::update, {{"is_active", is_active}});
    submit({}, {scene_.town.name_of(user) + (is_active ? " may come back" : " is locked out"), {change}},
           server::Origin::system);
}

void Office::end_tokens(const Uid& user) {
    const Record* record = scene_.log.find({entity::user, user}, scene_.log.head());
    if (record == nullptr || !scene_.server.is_up()) return;
    scene_.trace.say(scene_.scheduler.now_us(), "office", "tokens of " + scene_.town.name_of(user) + " end");
    scene_.server.run_now([&](server::storage::Connection& connection) {
        connection.execute("DELETE FROM token WHERE business_id = ?1 AND user_id = ?2",
                           {server::number(scene_.town.business), record->id});
    });
}

void Office::let_everybody_in() {
    set_plan("pro");
    for (const Uid& user : scene_.town.staff) {
        const Record* record = scene_.log.find({entity::user, user}, scene_.log.head());
        if (record != nullptr && !record->fields.boolean(kUserActive)) set_active(user, true);
    }
}

}  // namespace fieldsync::simulation
