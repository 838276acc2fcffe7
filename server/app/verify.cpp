#include "app/verify.hpp"

#include <map>
#include <set>
#include <unordered_map>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/schema/rules.hpp"
#include "fieldsync/sync/codec.hpp"
#include "records/values.hpp"
#include "write_path/change_log.hpp"
#include "write_path/grants.hpp"
#include "write_path/working_set.hpp"

namespace fieldsync::server::app {
namespace {

using schema::Operation;
using schema::RecordKey;
using schema::Uid;

constexpr const char* kBusinesses = "SELECT business_id FROM head ORDER BY business_id";
constexpr const char* kEntries = "SELECT count(*), min(seq), max(seq) FROM log_entry WHERE business_id = ?1";
constexpr const char* kOpenGrants =
    "SELECT user_uid, scope FROM scope_grant WHERE business_id = ?1 AND to_seq IS NULL";

class BusinessCheck {
  public:
    BusinessCheck(storage::Connection& connection, const RecordTables& tables, BusinessId business,
                  Findings& findings)
        : connection_(connection), tables_(tables), business_(business), findings_(findings) {}

    void run() {
        check_sequence();
        replay();
        compare();
        check_grants();
    }

  private:
    void problem(const std::string& what) {
        findings_.problems.push_back("business " + std::to_string(number(business_)) + ": " + what);
    }

    void check_sequence() {
        const auto head = static_cast<std::int64_t>(schema::number(read_head(connection_, business_).seq));
        connection_.query(kEntries, {number(business_)}, [&](storage::Row& row) {
            const std::int64_t count = row.integer(0);
            findings_.entries += count;
            if (count == 0 && head == 0) return;  // all that was tried was refused
            if (count == 0 || row.integer(1) != 1 || row.integer(2) != head || count != head)
                problem("the change-log has a gap: " + std::to_string(count) + " entries, head " +
                        std::to_string(head));
        });
    }

    void replay() {
        each_change(connection_, business_, {}, [&](const StoredChange& stored) {
            auto decoded = sync::decode_log_change(stored.body);
            if (!decoded) {
                problem("a log entry cannot be read: " + decoded.error().what);
                return true;
            }
            const sync::LogChange& change = *decoded;
            const auto at = records_.find(change.key);
            const bool is_here = at != records_.end() && at->second.scope == change.scope;
            if (change.operation == Operation::remove || change.operation == Operation::gone) {
                if (is_here) records_.erase(at);
                return true;
            }
            schema::Record& record = records_[change.key];
            if (change.whole) record = {};
            record.entity = change.key.entity;
            record.uid = change.key.uid;
            record.id = change.id;
            record.seq = change.seq;
            record.scope = change.scope;
            for (const auto& [field, value] : change.fields.items()) record.fields.set(field, value);
            return true;
        });
    }

    void compare() {
        for (const RecordTable& table : tables_.all())
            table.each(connection_, business_, {}, {}, [&](const StoredRecord& stored) {
                ++findings_.records;
                const schema::Record& record = stored.record;
                const RecordKey key{record.entity, record.uid};
                const auto at = records_.find(key);
                const std::string name = std::string(table.entity().name()) + " " + record.uid.to_string();
                if (at == records_.end()) {
                    problem(name + " is in no log entry");
                } else {
                    if (at->second.scope != record.scope)
                        problem(name + " is in another scope than its log says");
                    else if (sync::checksum(tables_.schema(), at->second) !=
                             sync::checksum(tables_.schema(), record))
                        problem(name + " differs from what its log leads to");
                    records_.erase(at);
                }
                return true;
            });
        for (const auto& [key, record] : records_)
            problem(record.uid.to_string() + " is in the log but in no table");
    }

    void check_grants() {
        Uid business_uid;
        tables_.at(schema::entity::business)
            .each(connection_, business_, {}, {}, [&](const StoredRecord& stored) {
                business_uid = stored.record.uid;
                return false;
            });
        WriteGroup group(connection_, tables_);  // to read through: nothing is settled
        const WorkingSet set(group, tables_, business_, business_uid);
        connection_.query(kOpenGrants, {number(business_)}, [&](storage::Row& row) {
            const Uid user = read_uid(row, 0), scope = read_uid(row, 1);
            if (!scope.is_nil() && !schema::staff_holds(user, scope, set, business_uid, false))
                problem("user " + user.to_string() +
                        " holds a scope that the data does not give: " + scope.to_string());
        });
    }

    storage::Connection& connection_;
    const RecordTables& tables_;
    const BusinessId business_;
    Findings& findings_;
    std::unordered_map<RecordKey, schema::Record> records_;
};

}  // namespace

Findings verify_database(storage::Connection& connection, const RecordTables& tables) {
    Findings findings;
    std::vector<BusinessId> businesses;
    connection.query(kBusinesses, {},
                     [&](storage::Row& row) { businesses.push_back(BusinessId{row.integer(0)}); });
    for (const BusinessId business : businesses) {
        ++findings.businesses;
        BusinessCheck(connection, tables, business, findings).run();
    }
    return findings;
}

}  // namespace fieldsync::server::app
