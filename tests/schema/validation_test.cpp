#include "fieldsync/schema/validation.hpp"

#include <gtest/gtest.h>

#include "fieldsync/schema/entities.hpp"

namespace fieldsync::schema {
namespace {

class Validation : public ::testing::Test {
  protected:
    Change client() {
        Change change;
        change.entity = entity::client;
        change.operation = Operation::insert;
        set(change, "first_name", std::string("Ankit"));
        set(change, "last_name", std::string("Patel"));
        set(change, "mobile", std::string("9827700002"));
        set(change, "sourcing_channel", make_uid_v7(1, {}));
        set(change, "interest_type", std::string("buy"));
        return change;
    }
    static void set(Change& change, std::string_view field, Value value) {
        change.set(Schema::current().at(change.entity).field(field)->number, std::move(value));
    }
    static std::vector<std::string> messages(Change change, Writer writer = Writer::staff) {
        FieldErrors errors;
        normalise(Schema::current(), change);
        validate(Schema::current(), change, writer, errors);
        std::vector<std::string> all;
        for (const FieldError& error : errors) all.push_back(message_of(error));
        return all;
    }
    using Messages = std::vector<std::string>;
};

TEST_F(Validation, AGoodInsertPasses) {
    EXPECT_EQ(messages(client()), Messages{});
}

TEST_F(Validation, NamesEveryBrokenFieldAtOnceInTheDocumentedWords) {
    Change change = client();
    set(change, "first_name", std::string("   "));
    set(change, "last_name", std::string(101, 'x'));
    set(change, "mobile", std::string("98277"));
    set(change, "email", std::string("nobody"));
    set(change, "interest_type", std::string("steal"));
    EXPECT_EQ(
        messages(change),
        (Messages{"The first name field is required.",
                  "The last name must not be greater than 100 characters.", "The mobile must be 10 digits.",
                  "The selected interest type is invalid.", "The email must be a valid email address."}));
}

TEST_F(Validation, MissingRequiredFieldsAreNamed) {
    Change change;
    change.entity = entity::note;
    change.operation = Operation::insert;
    EXPECT_EQ(messages(change), (Messages{"The lead field is required.", "The note field is required."}));
    change.operation = Operation::update;
    EXPECT_EQ(messages(change), Messages{});
}

TEST_F(Validation, LimitsCountCharactersNotBytes) {
    Change change = client();
    std::string hundred;
    for (int i = 0; i < 100; ++i) hundred += "अ";
    set(change, "city", hundred);
    EXPECT_EQ(messages(change), Messages{});
    set(change, "city", hundred + "अ");
    EXPECT_EQ(messages(change).size(), 1U);
}

TEST_F(Validation, RefusesWhatIsNoText) {
    for (const std::string& bad :
         {std::string("\xC0\xAF"), std::string("\xED\xA0\x80"), std::string("\xF5\x80\x80\x80"),
          std::string("a\0b", 3), std::string("a\x1b[2J"), std::string("half \xE2\x82")}) {
        Change change = client();
        set(change, "city", bad);
        EXPECT_EQ(messages(change), Messages{"The city contains characters that are not allowed."});
    }
    Change lines = client();
    set(lines, "address", std::string("1st line\n2nd line"));
    EXPECT_EQ(messages(lines), Messages{});
}

TEST_F(Validation, TypesAreNotMixed) {
    Change change = client();
    set(change, "first_name", std::int64_t{5});
    set(change, "sourcing_channel", std::string("Walk-In"));
    EXPECT_EQ(messages(change),
              (Messages{"The first name must be a string.", "The selected sourcing channel is invalid."}));
}

TEST_F(Validation, NumbersHaveTheirRange) {
    Change change;
    change.entity = entity::phase;
    for (const auto& [percent, broken] : {std::pair{0, 0U}, {100, 0U}, {101, 1U}, {-1, 1U}}) {
        change.fields.clear();
        set(change, "progress_percent", std::int64_t{percent});
        EXPECT_EQ(messages(change).size(), broken) << percent;
    }
}

TEST_F(Validation, DatesAndTimesExist) {
    for (const char* date : {"2026-02-28", "2024-02-29", "2026-12-31"}) EXPECT_TRUE(is_date(date)) << date;
    for (const char* date :
         {"2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026-01-32", "0000-01-01"})
        EXPECT_FALSE(is_date(date)) << date;
    for (const char* time : {"00:00", "23:59"}) EXPECT_TRUE(is_time_of_day(time)) << time;
    for (const char* time : {"24:00", "12:60", "1:00", "aa:bb", "12-00"})
        EXPECT_FALSE(is_time_of_day(time)) << time;
}

TEST_F(Validation, EmailAddresses) {
    for (const char* good : {"a@b.co", "ankit.patel+x@example.com"}) EXPECT_TRUE(is_email(good)) << good;
    for (const char* bad : {"", "a", "@b.co", "a@b", "a@b..co", "a b@c.de", "a@.de", "a@b@c.de", "a@b.de."})
        EXPECT_FALSE(is_email(bad)) << bad;
}

TEST_F(Validation, WhoMaySetWhat) {
    Change change = client();
    change.operation = Operation::update;
    set(change, "assigned_to", make_uid_v7(1, {}));
    EXPECT_EQ(messages(change, Writer::staff), Messages{"The assigned to field may not be changed."});
    EXPECT_EQ(messages(change, Writer::admin), Messages{});
    set(change, "created_at", std::int64_t{1});
    EXPECT_EQ(messages(change, Writer::admin), Messages{"The created at field may not be changed."});
    EXPECT_EQ(messages(change, Writer::nobody), Messages{});
}

TEST_F(Validation, UnknownFieldsAreNamed) {
    Change change = client();
    change.set(FieldNumber{999}, std::string("?"));
    EXPECT_EQ(messages(change), Messages{"The 999 field is unknown."});
}

}  // namespace
}  // namespace fieldsync::schema
