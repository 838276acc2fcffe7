#include "simulation/checks.hpp"

#include <map>

#include "device-engine/store_check.hpp"
#include "fieldsync/schema/entities.hpp"
#include "fieldsync/sync/codec.hpp"
#include "records/record_table.hpp"
#include "simulation/violation.hpp"

namespace fieldsync::simulation {
namespace {

std::string name_of(const Record& record) {
    return std::string(Town::schema().at(record.entity).name()) + " #" + record.uid.to_string().substr(30);
}

// What is different, for people.
std::string difference(const schema::Schema& schema, const Record& one, const Record& other) {
    for (const schema::Field& field : schema.at(one.entity).fields()) {
        const schema::Value *a = one.fields.get(field.number), *b = other.fields.get(field.number);
        Record left = one, right = other;
        left.fields = {};
        right.fields = {};
        left.seq = right.seq = {};
        if (a != nullptr) left.fields.set(field.number, *a);
        if (b != nullptr) right.fields.set(field.number, *b);
        if (sync::checksum(schema, left) != sync::checksum(schema, right)) return std::string(field.name);
    }
    return one.seq != other.seq ? "its seq, " + std::to_string(schema::number(one.seq)) + " and " +
                                      std::to_string(schema::number(other.seq))
                                : "nothing";
}

}  // namespace

void check_server(const Scene& scene) {
    const Seq head = scene.log.head();
    std::size_t rows = 0, records = 0;
    scene.log.each(head, [&](const Record&) { ++records; });
    scene.server.database().read([&](server::storage::Connection& connection) {
        for (const server::RecordTable& table : ServerHost::tables().all())
            table.each(connection, scene.town.business, {}, {}, [&](const server::StoredRecord& stored) {
                ++rows;
                const Record& record = stored.record;
                const Record* logged = scene.log.find({record.entity, record.uid}, head);
                if (logged == nullptr)
                    throw Violation("the tables are what the log says",
                                    name_of(record) + " is not in the log");
                if (logged->scope != record.scope || logged->id != record.id ||
                    sync::checksum(Town::schema(), *logged) != sync::checksum(Town::schema(), record))
                    throw Violation("the tables are what the log says",
                                    name_of(record) + " differs from the log in " +
                                        difference(Town::schema(), record, *logged));
                return true;
            });
    });
    if (rows != records)
        throw Violation("the tables are what the log says",
                        std::to_string(rows) + " records instead of " + std::to_string(records));
    std::map<Uid, Seq> seen;
    for (std::uint64_t seq = 1; seq <= schema::number(head); ++seq)
        if (!seen.emplace(scene.log.entry(Seq{seq}).log.change_set, Seq{seq}).second)
            throw Violation("once each",
                            "a change-set is in the log twice, at last at " + std::to_string(seq));
}

void check_phone(const Scene& scene, Phone& phone) {
    const Seq head = scene.log.head();
    const std::set<Uid> held = scene.log.held(phone.user(), head);
    std::map<RecordKey, const Record*> expected;
    scene.log.each(head, [&](const Record& record) {
        if (held.contains(Uid{}) || held.contains(record.scope))
            expected[{record.entity, record.uid}] = &record;
    });
    for (const schema::EntityTable& table : phone.schema().entities()) {
        const auto result = phone.engine().query({.entity = table.number()});
        for (const Record& shown : result->records) {
            const auto wanted = expected.find({shown.entity, shown.uid});
            if (wanted == expected.end())
                throw Violation("everybody shows what the server has",
                                phone.name() + " shows " + name_of(shown) + ", which is not its to see");
            const bool is_same =
                sync::checksum(phone.schema(), *wanted->second) == sync::checksum(phone.schema(), shown);
            if (!is_same || wanted->second->id != shown.id || wanted->second->scope != shown.scope)
                throw Violation("everybody shows what the server has",
                                phone.name() + " differs in " + name_of(shown) + ": " +
                                    difference(phone.schema(), *wanted->second, shown));
            expected.erase(wanted);
        }
    }
    if (!expected.empty())
        throw Violation("everybody shows what the server has",
                        phone.name() + " does not show " + name_of(*expected.begin()->second));
    if (!phone.verified()->diverged.empty()) throw Violation("checksums agree", phone.name() + " differs");
}

void check_ledgers(const Scene& scene, const std::vector<Phone*>& phones) {
    std::map<Uid, Seq> logged;
    for (std::uint64_t seq = 1; seq <= schema::number(scene.log.head()); ++seq)
        logged.emplace(scene.log.entry(Seq{seq}).log.change_set, Seq{seq});
    for (const Phone* phone : phones)
        for (const auto& [uid, own] : phone->ledger().all()) {
            const auto what = phone->name() + "'s change-set #" + uid.to_string().substr(30);
            if (!own.receipt) throw Violation("every change-set gets a receipt", what + " has none");
            const sync::Receipt& receipt = *own.receipt;
            const auto entry = logged.find(uid);
            if (receipt.status == sync::ReceiptStatus::rejected) {
                if (entry != logged.end() && scene.server.restored == 0)
                    throw Violation("what is rejected has no effect",
                                    what + " was rejected and is in the log");
                continue;
            }
            if (!scene.log.has({receipt.seq, receipt.stamp}) && schema::number(receipt.seq) != 0)
                throw Violation("nothing acknowledged is lost",
                                what + " was acknowledged at " + std::to_string(schema::number(receipt.seq)) +
                                    ", which is not in the log");
            // One that named scopes wrote; of one that was confirmed before only uid and seq are kept.
            if (!receipt.scopes.empty() && (entry == logged.end() || entry->second != receipt.seq))
                throw Violation("nothing acknowledged is lost",
                                what + " is not in the log at its receipt's seq");
        }
}

void check_store(Phone& phone) {
    const auto path = phone.path();
    const schema::Schema& schema = phone.schema();
    phone.close();
    for (const std::string& fault : testing::faults_of_store(path, schema))
        throw Violation("a store is whole", phone.name() + ": " + fault);
}

}  // namespace fieldsync::simulation
