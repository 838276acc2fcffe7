// Schema: the tables of entities.hpp with fast look-ups. A value: a test, or a simulator of older devices,
// makes one with a field more or less and hands it to an engine or a server. Immutable once handed out; any
// thread may read it.
#pragma once

#include <deque>
#include <string_view>
#include <vector>

#include "fieldsync/schema/entities.hpp"

namespace fieldsync::schema {

inline constexpr std::uint32_t kSchemaVersion = 1;

class EntityTable {
  public:
    explicit EntityTable(const Entity& entity);

    [[nodiscard]] EntityNumber number() const { return entity_.number; }
    [[nodiscard]] std::string_view name() const { return entity_.name; }
    [[nodiscard]] const Entity& entity() const { return entity_; }
    // All fields, arguments and server-side ones included, by wire number.
    [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
    [[nodiscard]] const Field* field(FieldNumber number) const;
    [[nodiscard]] const Field* field(std::string_view name) const;

    void add(const Field& field);

  private:
    Entity entity_;
    std::vector<Field> fields_;
};

class Schema {
  public:
    Schema();  // the tables of entities.hpp

    // The one that programs use.
    static const Schema& current();

    [[nodiscard]] const std::vector<EntityTable>& entities() const { return tables_; }
    [[nodiscard]] const EntityTable* find(EntityNumber number) const;
    [[nodiscard]] const EntityTable* find(std::string_view name) const;
    // For one that is known to be there.
    [[nodiscard]] const EntityTable& at(EntityNumber number) const;

    [[nodiscard]] std::uint32_t version() const { return version_; }

    // A schema of another version: one field more.
    [[nodiscard]] Schema with_field(EntityNumber entity, const Field& field, std::uint32_t version) const;

  private:
    std::vector<EntityTable> tables_;
    std::uint32_t version_ = kSchemaVersion;
};

}  // namespace fieldsync::schema
