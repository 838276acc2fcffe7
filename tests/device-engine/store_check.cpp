#include "store_check.hpp"

#include <map>
#include <set>

#include "engine/work.hpp"
#include "outbox/rebase.hpp"
#include "records/index_key.hpp"
#include "store/environment.hpp"

namespace fieldsync::testing {
namespace {

using device::store::Table;
using Faults = std::vector<std::string>;
using Entries = std::map<std::string, std::string>;

Entries entries_of(const device::store::ReadTransaction& tables, Table table) {
    Entries all;
    tables.each(table, {}, [&](std::string_view key, std::string_view value) { all.emplace(key, value); });
    return all;
}

std::set<std::string> keys_of(const device::store::ReadTransaction& tables, Table table) {
    const auto keys = tables.keys(table, {});
    return {keys.begin(), keys.end()};
}

std::string words_of(const schema::Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return "'" + *text + "'";
    if (const auto* uid = std::get_if<schema::Uid>(&value)) return uid->to_string();
    const auto* set = std::get_if<schema::StringSet>(&value);
    if (set == nullptr) return "null";
    std::string words = "{";
    for (const std::string& element : *set) words += element + " ";
    return words + "}";
}

// The table is what follows from others.
template <class All>
void expect_same(const All& table, const All& expected, const char* name, Faults& faults) {
    if (table != expected)
        faults.push_back(std::string(name) + ": " + std::to_string(table.size()) +
                         " entries do not follow from " + std::to_string(expected.size()) + " expected ones");
}

std::string describe(const Entries& records, const std::string& key) {
    const auto at = records.find(key);
    if (at == records.end()) return " nothing";
    const schema::Record record = device::decode_stored(at->second);
    std::string text = " seq " + std::to_string(schema::number(record.seq));
    for (const auto& [field, value] : record.fields.items())
        text += ", " + std::to_string(schema::number(field)) + ": " + words_of(value);
    return text;
}

std::vector<std::string> differences(const Entries& before, const Entries& after) {
    std::set<std::string> keys;
    for (const Entries* entries : {&before, &after})
        for (const auto& [key, bytes] : *entries) keys.insert(key);
    std::vector<std::string> all;
    for (const std::string& key : keys) {
        const std::string old = describe(before, key), now = describe(after, key);
        const schema::RecordKey record = device::store::read_record_key(key);
        if (old != now)
            all.push_back(std::to_string(schema::number(record.entity))
                              .append(" ")
                              .append(record.uid.to_string())
                              .append(" was")
                              .append(old)
                              .append(", is")
                              .append(now));
    }
    return all;
}

void check_beside_records(const device::store::ReadTransaction& tables, const schema::Schema& schema,
                          Faults& faults) {
    std::set<std::string> indexes, members, confirmed_members;
    std::map<std::string, std::set<std::string>> ids;  // two have one while a restored server's copy comes in
    for (const auto& [key, bytes] : entries_of(tables, Table::records)) {
        const schema::Record record = device::decode_stored(bytes);
        if (device::store::record_key(device::store::key_of(record)) != key)
            faults.emplace_back("a record under another's key");
        for (const std::string& index : device::index_keys(schema, record)) indexes.insert(index);
        members.emplace(device::store::scoped_key(record.scope, device::store::key_of(record)));
        if (record.id != 0)
            ids[std::string(device::store::id_key(record.entity, record.id))].emplace(record.uid.view());
    }
    for (const auto& [key, bytes] : entries_of(tables, Table::confirmed)) {
        if (bytes.empty()) continue;
        const schema::Record record = device::decode_stored(bytes);
        confirmed_members.emplace(device::store::scoped_key(record.scope, device::store::key_of(record)));
    }
    expect_same(keys_of(tables, Table::indexes), indexes, "indexes", faults);
    expect_same(keys_of(tables, Table::members), members, "members", faults);
    expect_same(keys_of(tables, Table::confirmed_members), confirmed_members, "confirmed_members", faults);
    const Entries found = entries_of(tables, Table::ids);
    for (const auto& [key, uid] : found)
        if (!ids[key].contains(uid)) faults.emplace_back("ids: an entry for a record that does not have it");
    if (found.size() != ids.size()) faults.emplace_back("ids: a record that is not found by its id");
}

void check_outbox(const device::store::ReadTransaction& tables, Faults& faults) {
    const device::OutboxView outbox(tables);
    std::set<std::string> touches, covered, unsent, sets, ending;
    for (const device::Position position : outbox.positions(0, outbox.count())) {
        const auto set = outbox.at(position);
        if (!set) {
            faults.emplace_back("a place in the outbox without a change-set");
            return;
        }
        sets.insert(std::string(set->uid.view()));
        for (const schema::RecordKey& key : outbox.writes(position)) {
            touches.emplace(device::store::record_key(key) + device::store::u64_key(position));
            if (!device::is_scope_mark(key)) covered.emplace(device::store::record_key(key));
        }
        const auto receipt = outbox.receipt(position);
        if (!receipt)
            unsent.emplace(device::store::u64_key(set->number));
        else
            ending.emplace(device::store::u64_key(schema::number(receipt->seq)) +
                           device::store::u64_key(position));
    }
    expect_same(keys_of(tables, Table::touches), touches, "touches", faults);
    expect_same(keys_of(tables, Table::confirmed), covered, "confirmed, which are the records touched",
                faults);
    expect_same(keys_of(tables, Table::unsent), unsent, "unsent", faults);
    expect_same(keys_of(tables, Table::sets), sets, "sets", faults);
    expect_same(keys_of(tables, Table::ending), ending, "ending", faults);
    if (tables.count(Table::receipts) != ending.size()) faults.emplace_back("receipts and endings differ");
    if (tables.count(Table::writes) != sets.size()) faults.emplace_back("writes and the outbox differ");
    for (const std::string& key : unsent)
        if (device::store::read_u64(key) > device::MetaView(tables).last_number())
            faults.emplace_back("a number above the last one");
}

void check_scopes(const device::store::ReadTransaction& tables, Faults& faults) {
    const device::ScopesView scopes(tables);
    for (const std::string& key : tables.keys(Table::hidden, {}))
        if (!scopes.filling(device::store::read_uid(key)))
            faults.emplace_back("hidden records of a scope that is not filling");
    const device::ConfirmedView confirmed(tables, schema::Schema::current());
    std::set<schema::Uid> shown;
    for (const schema::Uid& scope : scopes.shown()) shown.insert(scope);
    for (const std::string& key : tables.keys(Table::members, {})) {
        const schema::Uid scope = device::store::read_uid(key);
        const auto record = confirmed.find(device::store::read_scoped_key(key));
        if (record && !shown.contains(record->scope) && !shown.contains(schema::Uid{}))
            faults.emplace_back("a confirmed record outside the shown scopes");
        if (tables.has(Table::evicted, scope.view())) faults.emplace_back("a record in an evicted scope");
    }
}

}  // namespace

std::vector<std::string> faults_of_store(const std::filesystem::path& store, const schema::Schema& schema) {
    auto environment = device::store::Environment::open(store, 1 << 20);
    if (environment.has_error()) return {environment.error().message};
    Faults faults;
    Entries before;
    (*environment)->read([&](const device::store::ReadTransaction& tables) {
        check_beside_records(tables, schema, faults);
        check_outbox(tables, faults);
        check_scopes(tables, faults);
        before = entries_of(tables, Table::records);
    });
    (*environment)->write([&](device::store::WriteTransaction& tables) {
        device::Work work(tables, schema);
        device::Rebase rebase(work);
        rebase.disturb_all();
        rebase.run();
        for (const std::string& difference : differences(before, entries_of(tables, Table::records)))
            faults.push_back("applying everything anew makes a difference: " + difference);
        return false;
    });
    return faults;
}

}  // namespace fieldsync::testing
