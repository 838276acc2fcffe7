// What a conflict comes to: 10,000 fields that both sides wrote, each by its policy. (The same through the
// server's write path, conflict records and all, is in write_path.cpp.)
#include <string>

#include "fieldsync/sync/merge.hpp"
#include "figures/figures.hpp"
#include "timing.hpp"

namespace fieldsync::bench {
namespace {

using schema::Value;
using sync::WriteStamp;
using Text = std::string;

constexpr std::size_t kEdits = 10'000;

struct Edit {
    schema::Policy policy = schema::Policy::last_writer;
    Text base;
    Value theirs, ours;
    WriteStamp their_stamp, our_stamp;
};

// As a business's fields are: most by the last writer, a few of each of the others.
std::vector<Edit> edits() {
    std::vector<Edit> all;
    for (std::size_t i = 0; i < kEdits; ++i) {
        Edit edit;
        edit.their_stamp.hlc = sync::Hlc::at(1'000'000 + static_cast<std::int64_t>(i * 7 % 100));
        edit.our_stamp.hlc = sync::Hlc::at(1'000'000 + static_cast<std::int64_t>(i * 13 % 100));
        edit.our_stamp.store.bytes[0] = 1;
        const Text number = std::to_string(i);
        switch (i % 10) {
            case 0:
                edit.policy = schema::Policy::merge_text;
                edit.base =
                    "Asked for a call.\nBudget " + number + ".\nFamily visits too.\nPrefers a corner.";
                edit.theirs = "Asked for a call on Monday.\n" + edit.base.substr(edit.base.find('\n') + 1);
                edit.ours = edit.base + "\nLoan is being arranged.";
                break;
            case 1:
                edit.policy = schema::Policy::max;
                edit.theirs = static_cast<std::int64_t>(i % 101);
                edit.ours = static_cast<std::int64_t>(i * 31 % 101);
                break;
            case 2:
                edit.policy = schema::Policy::union_sets;
                edit.theirs = schema::StringSet{"garden", "lift", "parking"};
                edit.ours = schema::StringSet{"lift", "parking", "pool"};
                break;
            default:
                edit.theirs = "theirs " + number + ", as the office knows it";
                edit.ours = "ours " + number + ", as heard on the site";
        }
        all.push_back(std::move(edit));
    }
    return all;
}

sync::Merged merged(const Edit& edit) {
    switch (edit.policy) {
        case schema::Policy::merge_text:
            return sync::merge_text(edit.base, edit.theirs, edit.their_stamp, edit.ours, edit.our_stamp);
        case schema::Policy::max:
            return sync::merge_max(edit.theirs, edit.ours);
        case schema::Policy::union_sets:
            return sync::merge_sets(std::get<schema::StringSet>(edit.theirs), {"pool"}, {"garden"}, {});
        default:
            return sync::merge_last_writer(edit.theirs, edit.their_stamp, edit.ours, edit.our_stamp);
    }
}

// Both values, copied: what any merge that keeps the loser does.
sync::Merged copied(const Edit& edit) {
    return {edit.ours, sync::Winner::incoming, edit.theirs};
}

}  // namespace

Group merges() {
    const auto all = std::make_shared<const std::vector<Edit>>(edits());
    Group group;
    const auto add = [&](const char* name, auto one) {
        group.measurements.push_back({name, [=](benchmark::State& state) {
                                          time_each(state, [&] {
                                              std::size_t lost = 0;
                                              for (const Edit& edit : *all) lost += one(edit).lost ? 1U : 0U;
                                              return lost;
                                          });
                                      }});
    };
    add("merge", merged);
    add("merge_raw", copied);
    group.figures = {{"protocol: merge of 10,000 edits of each side",
                      Unit::milliseconds,
                      {"merge"},
                      Reading{"merge_raw"},
                      "both values copied"}};
    return group;
}

}  // namespace fieldsync::bench
