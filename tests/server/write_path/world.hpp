// A business in a database of its own, and short ways to write to it as its people do.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fieldsync/schema/entities.hpp"
#include "records/record_table.hpp"
#include "records/tables.hpp"
#include "server/support/server_database.hpp"
#include "support/fakes.hpp"
#include "write_path/change_log.hpp"
#include "write_path/grants.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::testing {

using namespace fieldsync::server;
using schema::Change;
using schema::Operation;
using schema::Seq;
using schema::Uid;
using schema::Value;
namespace entity = schema::entity;

class World {
  public:
    explicit World(std::int64_t now_us = kNoonUs, storage::Dialect stored_in = tested_storage());

    // A device of somebody's: pushes number by number, as of a cursor.
    struct Device {
        Uid user, store;
        std::uint64_t number = 0;
        Seq cursor{};
        std::int64_t clock_ahead_ms = 0;
    };
    Device device_of(const Uid& user);
    // The database; its files may be exchanged in between.
    void close() { database.reset(); }
    void open();

    // One change by field names; a Uid, text, number, bool or set each.
    Change change(schema::EntityNumber entity, const Uid& uid, Operation operation,
                  const std::map<std::string, Value>& fields) const;
    Change insert(schema::EntityNumber entity, const Uid& uid,
                  const std::map<std::string, Value>& fields) const {
        return change(entity, uid, Operation::insert, fields);
    }
    // Bases are the device's cursor unless set by the test.
    Change update(schema::EntityNumber entity, const Uid& uid,
                  const std::map<std::string, Value>& fields) const {
        return change(entity, uid, Operation::update, fields);
    }

    WriteOutcome push(Device& device, std::vector<Change> changes);
    WriteOutcome rest(const Uid& user, std::vector<Change> changes);
    void system(std::vector<Change> changes);

    std::optional<schema::Record> find(schema::EntityNumber entity, const Uid& uid);
    Value value(schema::EntityNumber entity, const Uid& uid, const std::string& field);
    std::string text(schema::EntityNumber entity, const Uid& uid, const std::string& field);
    std::vector<schema::Record> all(schema::EntityNumber entity);
    Seq head();
    std::vector<Grant> open_grants(const Uid& user);
    bool holds(const Uid& user, const Uid& scope);

    Uid new_uid() { return sync::new_uid(clock, random); }

    FakeClock clock;
    SeededRandom random;
    TempDir dir;
    ServerDatabase place;
    RecordTables tables{schema::Schema::current()};
    WritePath path{tables, clock, random};
    std::unique_ptr<storage::Database> database;
    BusinessId business{};
    Uid business_uid, admin, anna, bert, type, channel, property, draft, stage_new, stage_visit, stage_won,
        stage_lost;
    Uid client, requirement, lead;  // anna's client; the lead is anna's

  private:
    WriteOutcome write(WriteRequest request);
};

}  // namespace fieldsync::testing
