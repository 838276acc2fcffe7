// Seeding: records of one business, added under names of their own and written through the write path as the
// system's change-sets. A record's uid follows from its business's uid, its entity and its name, so that data
// refer to each other by name.
//
// For tools: used inside one Database::write transaction, and dies with it. Throws std::runtime_error when
// the write path refuses the data: they are ours, so that is a mistake.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fieldsync/schema/entities.hpp"
#include "fieldsync/schema/record.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::server::demo {

namespace entity = schema::entity;

// Values as tables hold them: an empty text and a zero amount stand for none.
schema::Value text(std::string_view value);
schema::Value money(std::int64_t rupees);
schema::Value size(std::int64_t square_feet);
schema::Value degrees(double value);
schema::Value utc(std::string_view time);  // 2026-05-10T09:00:00Z

struct Place {
    BusinessId business{};
    schema::Uid uid;
};

class Seeding {
  public:
    using Fields = std::vector<std::pair<std::string_view, schema::Value>>;

    Seeding(storage::Connection& connection, const WritePath& path, const Place& place);

    // Collects a record; null values are left out.
    schema::Uid add(schema::EntityNumber entity, std::string_view name, const Fields& fields);
    void add(std::vector<schema::Change> changes);
    [[nodiscard]] schema::Uid uid(schema::EntityNumber entity, std::string_view name) const;
    // The relation to a record of that name; none for no name.
    [[nodiscard]] schema::Value to(schema::EntityNumber entity, std::string_view name) const;

    // Writes what was collected as one change-set. `label` tells it from the business's others.
    void write(std::string_view label);

    // Lets a user that was written sign in.
    void set_password(std::string_view user, std::string_view password_hash);

    [[nodiscard]] const Place& place() const { return place_; }

  private:
    storage::Connection& connection_;
    const WritePath& path_;
    const Place place_;
    std::vector<schema::Change> changes_;
    std::unordered_map<schema::Uid, std::int64_t> ids_;  // of what was written
};

// Makes a business: its record alone in its first change-set. Its id is its business_id.
Place make_business(storage::Connection& connection, const WritePath& path, const schema::Uid& uid,
                    const Seeding::Fields& fields);

}  // namespace fieldsync::server::demo
