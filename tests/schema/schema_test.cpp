// The tables themselves: numbers are unique, names are lower case, what refers to something finds it.
#include "fieldsync/schema/schema.hpp"

#include <gtest/gtest.h>

#include <set>

#include "fieldsync/schema/record.hpp"

namespace fieldsync::schema {
namespace {

TEST(Schema, NumbersAndNamesAreUnique) {
    std::set<EntityNumber> entity_numbers;
    std::set<std::string_view> entity_names;
    for (const EntityTable& table : Schema::current().entities()) {
        EXPECT_TRUE(entity_numbers.insert(table.number()).second) << table.name();
        EXPECT_TRUE(entity_names.insert(table.name()).second) << table.name();
        std::set<std::string_view> names;
        for (const Field& field : table.fields())
            EXPECT_TRUE(names.insert(field.name).second) << table.name() << field.name;
    }
}

TEST(Schema, NamesAreColumnsAsTheyStand) {
    const std::set<std::string_view> taken{"business_id", "id", "uid", "scope", "seq", "clock"};
    for (const EntityTable& table : Schema::current().entities())
        for (const Field& field : table.fields()) {
            EXPECT_EQ(field.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
                << field.name;
            EXPECT_FALSE(taken.contains(field.name)) << table.name() << "." << field.name;
        }
}

TEST(Schema, RelationsAndScopesLeadSomewhere) {
    for (const EntityTable& table : Schema::current().entities()) {
        for (const Field& field : table.fields())
            if (field.type == Type::relation && number(field.target) != 0) {
                EXPECT_NE(Schema::current().find(field.target), nullptr) << table.name() << "." << field.name;
            }
        if (!table.entity().scope_field.empty()) {
            EXPECT_NE(table.field(table.entity().scope_field), nullptr) << table.name();
        }
    }
}

TEST(Schema, PoliciesFitTheirTypes) {
    for (const EntityTable& table : Schema::current().entities())
        for (const Field& field : table.fields()) switch (field.policy) {
                case Policy::max:
                    EXPECT_TRUE(field.type == Type::integer || field.type == Type::decimal);
                    break;
                case Policy::once_true:
                    EXPECT_EQ(field.type, Type::boolean);
                    break;
                case Policy::merge_text:
                    EXPECT_TRUE(field.type == Type::text && field.multiline) << field.name;
                    break;
                case Policy::union_sets:
                    EXPECT_EQ(field.type, Type::string_set);
                    break;
                case Policy::server_only:
                    EXPECT_EQ(field.writer, Writer::nobody) << field.name;
                    break;
                case Policy::closed_wins:
                case Policy::last_writer:
                    break;
            }
}

TEST(Schema, AFieldMoreIsAnotherSchema) {
    const Schema grown = Schema::current().with_field(entity::client, text(60, "nickname"), 2);
    EXPECT_NE(grown.at(entity::client).field("nickname"), nullptr);
    EXPECT_EQ(Schema::current().at(entity::client).field("nickname"), nullptr);
    EXPECT_EQ(grown.version(), 2U);
    EXPECT_THROW(Schema::current().with_field(entity::client, text(1, "again"), 2), std::logic_error);
}

}  // namespace
}  // namespace fieldsync::schema
