#include "fieldsync/schema/record.hpp"

#include <algorithm>

namespace fieldsync::schema {
namespace {

bool before(const FieldMap::Item& item, FieldNumber field) {
    return item.first < field;
}

}  // namespace

const Value* FieldMap::get(FieldNumber field) const {
    const auto at = std::lower_bound(items_.begin(), items_.end(), field, before);
    return at != items_.end() && at->first == field ? &at->second : nullptr;
}

std::pair<Value*, bool> FieldMap::try_emplace(FieldNumber field) {
    std::size_t place = items_.size();
    if (!items_.empty() && items_.back().first >= field) {  // mostly they come in order
        const auto at = std::lower_bound(items_.begin(), items_.end(), field, before);
        if (at->first == field) return {&at->second, false};
        place = static_cast<std::size_t>(at - items_.begin());
    }
    items_.emplace_back().first = field;
    std::rotate(items_.begin() + static_cast<std::ptrdiff_t>(place), items_.end() - 1, items_.end());
    return {&items_[place].second, true};
}

void FieldMap::erase(FieldNumber field) {
    const auto at = std::lower_bound(items_.begin(), items_.end(), field, before);
    if (at != items_.end() && at->first == field) items_.erase(at);
}

std::string FieldMap::text(FieldNumber field) const {
    const auto* text = get_if<std::string>(get(field));
    return text == nullptr ? std::string() : *text;
}

std::int64_t FieldMap::integer(FieldNumber field, std::int64_t fallback) const {
    const auto* number = get_if<std::int64_t>(get(field));
    return number == nullptr ? fallback : *number;
}

bool FieldMap::boolean(FieldNumber field) const {
    const auto* flag = get_if<bool>(get(field));
    return flag != nullptr && *flag;
}

Uid FieldMap::uid(FieldNumber field) const {
    const auto* uid = get_if<Uid>(get(field));
    return uid == nullptr ? Uid{} : *uid;
}

const FieldChange* Change::find(FieldNumber field) const {
    const auto at =
        std::find_if(fields.begin(), fields.end(), [=](const FieldChange& c) { return c.field == field; });
    return at == fields.end() ? nullptr : &*at;
}

const Value* Change::get(FieldNumber field) const {
    const FieldChange* change = find(field);
    return change == nullptr ? nullptr : &change->value;
}

void Change::set(FieldNumber field, Value value) {
    for (FieldChange& change : fields)
        if (change.field == field) {
            change.value = std::move(value);
            return;
        }
    FieldChange change;
    change.field = field;
    change.value = std::move(value);
    fields.push_back(std::move(change));
}

}  // namespace fieldsync::schema
