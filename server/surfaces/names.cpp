#include "surfaces/names.hpp"

#include "records/values.hpp"
#include "surfaces/rows.hpp"

namespace fieldsync::server::surfaces {
namespace {

constexpr const char* kStages = "SELECT uid, id, name, color FROM stage WHERE business_id = ?1";
// Of several with one slug the oldest counts.
constexpr const char* kPropertyTypes =
    "SELECT slug, name FROM property_type WHERE business_id = ?1 AND slug IS NOT NULL ORDER BY id";
// Who works with leads; a client of the portal does not.
constexpr const char* kPeople =
    "SELECT uid, name FROM \"user\" WHERE business_id = ?1 AND user_type IN ('admin', 'staff')";

struct NamesOfBusinesses {
    static constexpr std::size_t kMax = 1'000;
    std::unordered_map<std::int64_t, Names> names;
};

std::optional<std::string> kept(std::optional<std::string_view> text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

Names read_names(storage::Connection& connection, BusinessId business) {
    Names names;
    connection.query(kStages, {number(business)}, [&](storage::Row& row) {
        names.stages.insert_or_assign(
            read_uid(row, 0), Names::Stage{row.integer(1), kept(text_at(row, 2)), kept(text_at(row, 3))});
    });
    connection.query(kPropertyTypes, {number(business)}, [&](storage::Row& row) {
        names.property_types.try_emplace(std::string(row.text(0)), kept(text_at(row, 1)));
    });
    connection.query(kPeople, {number(business)}, [&](storage::Row& row) {
        names.people.insert_or_assign(read_uid(row, 0), text_at(row, 1).value_or(""));
    });
    return names;
}

}  // namespace

const Names::Stage* Names::stage(const schema::Uid& uid) const {
    const auto found = stages.find(uid);
    return found == stages.end() ? nullptr : &found->second;
}

std::optional<std::string_view> Names::stage_name(const schema::Uid& uid) const {
    const Stage* found = stage(uid);
    return found == nullptr ? std::nullopt : std::optional<std::string_view>(found->name);
}

std::optional<std::string_view> Names::property_type(std::string_view slug) const {
    const auto found = property_types.find(slug);
    return found == property_types.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::optional<std::string_view> Names::person(const schema::Uid& uid) const {
    const auto found = people.find(uid);
    return found == people.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

const Names& names_of(storage::Connection& connection, BusinessId business) {
    auto& known = connection.memo().get<NamesOfBusinesses>().names;
    if (const auto found = known.find(number(business)); found != known.end()) return found->second;
    Names names = read_names(connection, business);
    auto& anew = connection.memo().get<NamesOfBusinesses>().names;
    if (anew.size() >= NamesOfBusinesses::kMax) anew.clear();
    return anew.insert_or_assign(number(business), std::move(names)).first->second;
}

}  // namespace fieldsync::server::surfaces
