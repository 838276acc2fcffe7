// The rulebook: the business rules as pure functions over a record reader, the same on device and server
// (design.md, "One rulebook, run on both ends"). One file per aggregate in schema/rules/. Nothing here reads
// a clock or a database.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fieldsync/schema/record.hpp"
#include "fieldsync/schema/schema.hpp"
#include "fieldsync/schema/validation.hpp"

namespace fieldsync::schema {

// What a rule may look at: one business's records, as of the moment the rule runs. Owned by the caller.
class RecordReader {
  public:
    virtual ~RecordReader() = default;
    [[nodiscard]] virtual std::optional<Record> find(EntityNumber entity, const Uid& uid) const = 0;
    // Records of `entity` whose relation `field` holds `target`, in no order; all of them for a nil target
    // and FieldNumber 0. The visitor returns false to stop.
    virtual void each(EntityNumber entity, FieldNumber field, const Uid& target,
                      const std::function<bool(const Record&)>& visit) const = 0;
    // Does the uid of this record, which is to be made, belong to a root of another entity already? A root's
    // uid is its scope, a user's or a business's likewise.
    [[nodiscard]] virtual bool is_other_root(const RecordKey& key) const;
};

struct Author {
    Uid user;
    bool is_admin = false;
    bool is_system = false;  // demo data, tools, migrations: may set computed fields
};

struct RuleContext {
    const Schema& schema;
    const RecordReader& records;
    Uid business;
    Author author;
    Uid change_set;
    std::int64_t made_at_us = 0;  // corrected wall clock of the change-set
    std::string today;            // the business's date at made_at, YYYY-MM-DD
    // History, for what was made offline: did the author hold this scope at any point since he made the
    // change? Null where only the present counts (on the device, over REST). Not owned.
    const std::function<bool(const Uid& scope)>* held_since = nullptr;
    // Likewise for a record that has left its scope since (a property unpublished, or deleted): did the
    // author see it then?
    const std::function<bool(const RecordKey& record)>* seen_since = nullptr;
    // How many changes of the same record came before this one in the change-set: two moves of a lead have
    // two histories.
    std::uint32_t ordinal = 0;
    // The change met a concurrent one that says the same: what it did is done already, and still was its
    // author's doing.
    bool agrees = false;
};

// Why a change was refused. Codes are wire words.
struct Refusal {
    std::string code;  // "forbidden", "not_found", "validation_failed", "already_exists", …
    std::string message;
    FieldErrors errors;
};

// Authoring: fills in what the author need not say, from what he sees (defaults, who a client is assigned to,
// the stage a visit saw). Runs once, where the change is made: on the device, or in a REST handler's change.
void complete(Change& change, const RuleContext& context);

// May this author make this change to what is there now (`before`; nothing for an insert)? In this order: the
// record is there (`not_found`), his rights (`forbidden`), the schema's validation, relations that he can
// see, the aggregate's own rules (`validation_failed`, or a code of the rule's). The change is normalised and
// complete.
std::optional<Refusal> check(const Change& change, const Record* before, const RuleContext& context);

// What follows from a change that was applied: changes to this and other records, in order, to be applied as
// they are. `before` is nothing for an insert; `after` nothing for a delete.
void effects(const Change& change, const Record* before, const Record* after, const RuleContext& context,
             std::vector<Change>& out);

// The unit of visibility of a record; `business` for those everybody sees.
Uid scope_of(const Schema& schema, const Record& record, const Uid& business);
Uid admins_scope(const Uid& business);

// Does this member of staff hold the scope of this root or record now? Admins hold everything.
// `for_writing`: the client of a lead of his is held for reading only.
bool staff_holds(const Uid& user, const Uid& scope, const RecordReader& records, const Uid& business,
                 bool for_writing);

// closed_wins: is this value of the field a closed one?
bool is_closed(const Schema& schema, EntityNumber entity, const Field& field, const Value& value,
               const RecordReader& records);

// Fields that the schema fills on every insert or update (Field::fill), put into the change.
void fill_computed(const Schema& schema, Change& change, const Author& author, std::int64_t made_at_us);

// The uid of the record that an effect makes. Once per record: change_set nil.
Uid effect_uid(const Uid& record, const Uid& change_set, std::string_view kind, std::uint32_t ordinal = 0);

}  // namespace fieldsync::schema
