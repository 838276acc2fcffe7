// Laws of concurrent changes on the real write path: in whatever order they arrive the record ends the same, and what
// arrives twice has arrived once.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "server/write_path/world.hpp"

namespace fieldsync::testing {
namespace {

using Text = std::string;

// A field of each policy, on a record that can be made any number of times.
struct Subject {
    schema::EntityNumber entity;
    const char* field;
    std::size_t writes_max = 4;
    bool is_all_different = false;
};

std::vector<Value> values_of(const World& world, std::string_view field) {
    std::vector<Value> values;
    if (field == "stage")
        values = {world.stage_new, world.stage_visit, world.stage_won, world.stage_lost};
    else if (field == "status")
        values = {Text("planning"), Text("active"), Text("completed"), Text("cancelled")};
    else if (field == "progress_percent")
        values = {std::int64_t{0}, std::int64_t{20}, std::int64_t{50}, std::int64_t{100}};
    else if (field == "is_read")
        values = {true, false};
    else if (field == "features")
        values = {schema::StringSet{}, schema::StringSet{"garden", "lift"}, schema::StringSet{"gym"},
                  schema::StringSet{"garden", "gym", "lift", "parking"}};
    else if (field == "description")  // one line written anew, or one more
        values = {Text("uno\ntwo\nthree"), Text("one\ndos\nthree"), Text("one\ntwo\ntres"),
                  Text("one\ntwo\nthree\nfour"), Text("zero\none\ntwo\nthree")};
    else
        values = {Text("a"), Text("b"), Text("c"), Text("d")};
    return values;
}

struct Write {
    std::size_t device = 0;
    std::int64_t at_ms = 0;
    Value value;
};

class Laws {
  public:
    Laws() {
        for (std::size_t i = 0; i < 4; ++i) devices_.push_back(world.device_of(world.admin));
        world.system({world.insert(entity::project, project_, {{"name", Text("Villa")}})});
    }

    Uid make(const Subject& subject, const Value& value) {
        const Uid uid = world.new_uid();
        std::map<std::string, Value> fields{{subject.field, value}};
        if (subject.entity == entity::lead)
            fields.insert({{"client", world.client}, {"requirement", world.requirement}});
        if (subject.entity == entity::phase)
            fields.insert({{"project", project_}, {"phase_key", Text("key")}, {"name", Text("Roof")}});
        if (subject.entity == entity::notification) fields.insert({{"user", world.admin}});
        if (subject.entity == entity::project) fields.insert({{"name", Text("Villa")}});
        if (subject.entity == entity::property)
            fields.insert(
                {{"title", Text("Flat")}, {"type", world.type}, {"listing_purpose", Text("for_sale")}});
        if (subject.entity == entity::client)
            fields.insert({{"last_name", Text("Shah")},
                           {"mobile", Text("9800000001")},
                           {"sourcing_channel", world.channel},
                           {"interest_type", Text("buy")}});
        world.system({world.insert(subject.entity, uid, fields)});
        return uid;
    }

    // All made by people who had the record as it is now before them.
    Value outcome(const Subject& subject, const Uid& uid, const std::vector<Write>& writes, bool twice) {
        const Seq saw = world.head();
        const Value before = world.value(subject.entity, uid, subject.field);
        for (const Write& write : writes) {
            World::Device& device = devices_[write.device];
            server::WriteRequest request;
            request.business = world.business;
            request.author = device.user;
            request.origin = Origin::push;
            request.store = device.store;
            request.set.uid = world.new_uid();
            request.set.number = ++device.number;
            request.set.hlc = sync::Hlc::at(world.clock.now_us() / 1000 - 60'000 + write.at_ms);
            request.set.made_at_us = world.clock.now_us();
            request.set.made_at_cursor = saw;
            request.set.changes = {change(subject, uid, before, write.value, saw)};
            for (int times = twice ? 2 : 1; times > 0; --times) {
                const WriteOutcome outcome = world.database->write(
                    [&](storage::Connection& connection) { return world.path.run(connection, request); });
                RC_ASSERT(outcome.receipt.status != sync::ReceiptStatus::rejected);
            }
        }
        return world.value(subject.entity, uid, subject.field);
    }

    World world;

  private:
    Change change(const Subject& subject, const Uid& uid, const Value& before, const Value& value,
                  Seq saw) const {
        Change change = world.update(subject.entity, uid, {{subject.field, value}});
        schema::FieldChange& item = change.fields.at(0);
        item.base = saw;
        const std::string_view field = subject.field;
        if (field == "description") item.base_text = std::get<std::string>(before);
        if (field == "features") {
            const auto& had = std::get<schema::StringSet>(before);
            const auto& wants = std::get<schema::StringSet>(value);
            std::set_difference(wants.begin(), wants.end(), had.begin(), had.end(),
                                std::back_inserter(item.added));
            std::set_difference(had.begin(), had.end(), wants.begin(), wants.end(),
                                std::back_inserter(item.removed));
        }
        const auto is_closed = [&](const Value& held) {
            return held == Value(world.stage_won) || held == Value(world.stage_lost) ||
                   held == Value(Text("completed")) || held == Value(Text("cancelled"));
        };
        item.reopens = (field == "stage" || field == "status") && is_closed(before) && !is_closed(value);
        return change;
    }

    std::vector<World::Device> devices_;
    const Uid project_ = world.new_uid();
};

// Writing what is there already is no change, and devices do not send it.
std::vector<Write> any_writes(const World& world, const Subject& subject, const Value& before) {
    std::vector<Write> writes;
    const auto n = *rc::gen::inRange<std::size_t>(2, subject.writes_max + 1);
    std::vector<Value> values = values_of(world, subject.field);
    std::erase(values, before);
    for (std::size_t i = 0; i < n; ++i) {  // one of each device: two of one are no concurrent ones
        const auto value = *rc::gen::inRange<std::size_t>(0, values.size());
        writes.push_back({i, *rc::gen::inRange<std::int64_t>(0, 3), values[value]});
        // A value that the field holds already is no change and leaves its clock (design.md): of three that two
        // agree on, the order does matter.
        if (subject.is_all_different) values.erase(values.begin() + static_cast<std::ptrdiff_t>(value));
    }
    return writes;
}

std::string words_of(const std::vector<Write>& writes) {
    std::string words;
    for (const Write& write : writes)
        words += " device " + std::to_string(write.device) + " at " + std::to_string(write.at_ms) + " " +
                 ::testing::PrintToString(write.value);
    return words;
}

std::vector<Write> shuffled(std::vector<Write> writes) {
    for (std::size_t i = writes.size(); i > 1; --i)
        std::swap(writes[i - 1], writes[*rc::gen::inRange<std::size_t>(0, i)]);
    return writes;
}

const std::vector<std::pair<Subject, std::vector<Value>>>& subjects(const World& world) {
    static const std::vector<std::pair<Subject, std::vector<Value>>> all{
        {{entity::client, "first_name", 4, true}, {Text("Ankit")}},
        {{entity::lead, "stage"}, {world.stage_new, world.stage_won}},
        {{entity::project, "status"}, {Text("planning"), Text("completed")}},
        {{entity::phase, "progress_percent"}, {std::int64_t{20}}},
        {{entity::notification, "is_read"}, {false}},
        {{entity::property, "features"}, {schema::StringSet{"lift", "parking"}}},
        {{entity::property, "description", 2}, {Text("one\ntwo\nthree")}}};
    return all;
}

Laws& laws() {
    static Laws the_laws;
    return the_laws;
}

RC_GTEST_PROP(WritePathLaws, concurrent_changes_end_the_same_in_any_order_of_arrival, ()) {
    Laws& all = laws();
    for (const auto& [subject, beginnings] : subjects(all.world)) {
        const Value before = beginnings[*rc::gen::inRange<std::size_t>(0, beginnings.size())];
        const std::vector<Write> writes = any_writes(all.world, subject, before);
        const Value one = all.outcome(subject, all.make(subject, before), writes, false);
        const Value other = all.outcome(subject, all.make(subject, before), shuffled(writes), false);
        RC_LOG() << subject.field << ": " << words_of(writes) << "\n";
        RC_ASSERT(one == other);
    }
}

RC_GTEST_PROP(WritePathLaws, what_arrives_twice_has_arrived_once, ()) {
    Laws& all = laws();
    for (const auto& [subject, beginnings] : subjects(all.world)) {
        const Value before = beginnings[*rc::gen::inRange<std::size_t>(0, beginnings.size())];
        const std::vector<Write> writes = any_writes(all.world, subject, before);
        const Value once = all.outcome(subject, all.make(subject, before), writes, false);
        const Seq head = all.world.head();
        const Uid uid = all.make(subject, before);
        const Value twice = all.outcome(subject, uid, writes, true);
        RC_LOG() << subject.field << "\n";
        RC_ASSERT(once == twice);
        RC_ASSERT(schema::number(all.world.head()) - schema::number(head) <= writes.size() + 1);
    }
}

}  // namespace
}  // namespace fieldsync::testing
