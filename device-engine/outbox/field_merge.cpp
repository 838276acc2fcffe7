#include "outbox/field_merge.hpp"

#include <algorithm>
#include <iterator>

#include "fieldsync/sync/merge.hpp"

namespace fieldsync::device {
namespace {

using schema::Policy;
using schema::StringSet;
using schema::Value;

std::string text_of(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr ? *text : std::string();
}

Value merged_text(const FieldMeeting& meeting) {
    const schema::FieldChange& change = meeting.change;
    if (!change.base_text) return change.value;
    auto merged = sync::merge_lines(*change.base_text, text_of(meeting.current), text_of(change.value));
    if (!merged) return change.value;
    if (merged->empty()) return {};
    return std::move(*merged);
}

Value merged_set(const FieldMeeting& meeting) {
    const schema::FieldChange& change = meeting.change;
    if (change.added.empty() && change.removed.empty()) return change.value;
    const auto* current = std::get_if<StringSet>(&meeting.current);
    return sync::merge_sets(current != nullptr ? *current : StringSet{}, change.added, change.removed, {})
        .value;
}

}  // namespace

Value forecast(const schema::Schema& schema, schema::EntityNumber entity, const schema::Field& field,
               const FieldMeeting& meeting, const schema::RecordReader& records) {
    const schema::FieldChange& change = meeting.change;
    switch (field.policy) {
        case Policy::merge_text:
            return merged_text(meeting);
        case Policy::union_sets:
            return merged_set(meeting);
        case Policy::max:
            return meeting.set_by_others ? sync::merge_max(meeting.current, change.value).value
                                         : change.value;
        case Policy::once_true:
            return meeting.set_by_others ? sync::merge_once_true(meeting.current, change.value).value
                                         : change.value;
        case Policy::closed_wins: {
            const bool stays = meeting.set_by_others && !change.reopens &&
                               schema::is_closed(schema, entity, field, meeting.current, records) &&
                               !schema::is_closed(schema, entity, field, change.value, records);
            return stays ? meeting.current : change.value;
        }
        case Policy::last_writer:
        case Policy::server_only:
            break;
    }
    return change.value;
}

void note_set_difference(const StringSet& before, schema::FieldChange& change) {
    const auto* set = std::get_if<StringSet>(&change.value);
    const StringSet after = set != nullptr ? *set : StringSet{};
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(change.added));
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(change.removed));
}

}  // namespace fieldsync::device
