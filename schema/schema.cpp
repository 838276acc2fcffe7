#include "fieldsync/schema/schema.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace fieldsync::schema {
namespace {

// In what is sorted by number. Mostly they go from 1 without a gap.
template <class T, class Number, class NumberOf>
const T* find_numbered(const std::vector<T>& sorted, Number wanted, NumberOf number_of) {
    const std::size_t place = static_cast<std::size_t>(wanted) - 1;
    if (place < sorted.size() && number_of(sorted[place]) == wanted) return &sorted[place];
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), wanted,
                                     [&](const T& item, Number n) { return number_of(item) < n; });
    return at != sorted.end() && number_of(*at) == wanted ? &*at : nullptr;
}

}  // namespace

EntityTable::EntityTable(const Entity& entity) : entity_(entity) {
    for (const Field& field : entity.fields) add(field);
}

void EntityTable::add(const Field& field) {
    const auto at = std::lower_bound(fields_.begin(), fields_.end(), field.number,
                                     [](const Field& f, FieldNumber n) { return f.number < n; });
    if (at != fields_.end() && at->number == field.number)
        throw std::logic_error("schema: number used twice in " + std::string(entity_.name));
    fields_.insert(at, field);
}

const Field* EntityTable::field(FieldNumber number) const {
    return find_numbered(fields_, number, [](const Field& f) { return f.number; });
}

const Field* EntityTable::field(std::string_view name) const {
    const auto at =
        std::find_if(fields_.begin(), fields_.end(), [=](const Field& f) { return f.name == name; });
    return at == fields_.end() ? nullptr : &*at;
}

Schema::Schema() {
    for (const Entity& entity : schema::entities) tables_.emplace_back(entity);
    std::sort(tables_.begin(), tables_.end(),
              [](const EntityTable& a, const EntityTable& b) { return a.number() < b.number(); });
}

const Schema& Schema::current() {
    static const Schema schema;
    return schema;
}

const EntityTable* Schema::find(EntityNumber number) const {
    return find_numbered(tables_, number, [](const EntityTable& t) { return t.number(); });
}

const EntityTable* Schema::find(std::string_view name) const {
    const auto at =
        std::find_if(tables_.begin(), tables_.end(), [=](const EntityTable& t) { return t.name() == name; });
    return at == tables_.end() ? nullptr : &*at;
}

const EntityTable& Schema::at(EntityNumber number) const {
    const EntityTable* table = find(number);
    if (table == nullptr) throw std::logic_error("schema: no such entity");
    return *table;
}

Schema Schema::with_field(EntityNumber entity, const Field& field, std::uint32_t version) const {
    Schema copy = *this;
    for (EntityTable& table : copy.tables_)
        if (table.number() == entity) table.add(field.added_in(version));
    copy.version_ = version;
    return copy;
}

}  // namespace fieldsync::schema
