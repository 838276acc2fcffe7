#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

using Messages = std::vector<std::string>;

class ClientsTest : public ::testing::Test {
  protected:
    Answered update(const json::value& body) {
        return server_.call(Method::put, ankit_, staff_, json::serialize(body));
    }
    Answered create(const json::value& body, const std::string& token) {
        return server_.call(Method::post, "/api/clients", token, json::serialize(body));
    }
    json::value new_client() {
        return {{"first_name", "Sunita"},
                {"last_name", "Rao"},
                {"mobile", "9827700099"},
                {"sourcing_channel_id", channel_},
                {"interest_type", "both"}};
    }
    std::vector<std::string> found(const std::string& query, const std::string& token) {
        const Answered answer = server_.get("/api/clients" + query, token);
        std::vector<std::string> names;
        for (const json::value& client : answer.at("result.data").as_array())
            names.emplace_back(client.at("full_name").as_string().c_str());
        return names;
    }

    DemoServer server_;
    const std::string ankit_ = "/api/clients/" + std::to_string(server_.client("Ankit"));
    const std::string staff_ = server_.staff();
    const std::string admin_ = server_.admin();
    const std::int64_t channel_ =
        server_.integer("SELECT id FROM sourcing_channel WHERE business_id = 1 AND name = 'Referral'");
};

TEST_F(ClientsTest, TheListAnswersAsDocumented) {
    const Answered answer = server_.get("/api/clients", admin_);
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Clients fetched successfully.");
    json::value documented = json::parse(R"({
        "id": 1, "first_name": "Ankit", "last_name": "Patel", "full_name": "Ankit Patel", "mobile": "9827700002",
        "email": "ankit@example.com", "interest_type": "buy", "city": "Indore"})");
    EXPECT_EQ(answer.at("result.data.0"), documented);
    EXPECT_EQ(answer.at("result.pagination"),
              json::parse(
                  R"({"total": 3, "per_page": 20, "current_page": 1, "last_page": 1, "from": 1, "to": 3})"));
}

TEST_F(ClientsTest, StaffSeeTheClientsAssignedToThem) {
    EXPECT_EQ(found("", staff_), (Messages{"Ankit Patel", "Ravi Mehta"}));
    EXPECT_EQ(found("", server_.rahul()), Messages{"John Doe"});
    EXPECT_EQ(found("?search=ankit", server_.rahul()), Messages{});
}

TEST_F(ClientsTest, SearchIsASubstringOfFullNameOrMobile) {
    EXPECT_EQ(found("?search=ANKIT", admin_), Messages{"Ankit Patel"});
    EXPECT_EQ(found("?search=it%20pat", admin_), Messages{"Ankit Patel"});
    EXPECT_EQ(found("?search=%20%20patel%20", admin_), Messages{"Ankit Patel"});
    EXPECT_EQ(found("?search=543210", admin_), Messages{"Ravi Mehta"});
    EXPECT_EQ(found("?search=nobody", admin_), Messages{});
    EXPECT_EQ(found("?search=", admin_).size(), 3U);
}

// PostgreSQL's lower() would know more capitals than SQLite's.
TEST_F(ClientsTest, SearchKnowsTheCapitalsOfAToZ) {
    server_.change("UPDATE client SET first_name = 'ÄRGER' WHERE id = ?1", {server_.client("Ankit")});
    EXPECT_EQ(found("?search=%C3%84RGER", admin_), Messages{"ÄRGER Patel"});
    EXPECT_EQ(found("?search=%C3%84rger", admin_), Messages{"ÄRGER Patel"});
    EXPECT_EQ(found("?search=%C3%A4rger", admin_), Messages{});
}

TEST_F(ClientsTest, PercentAndUnderscoreArePlainCharacters) {
    EXPECT_EQ(found("?search=%25", admin_), Messages{});
    EXPECT_EQ(found("?search=_", admin_), Messages{});
    EXPECT_EQ(found("?search=%5C", admin_), Messages{});
    EXPECT_EQ(found("?search='%20OR%201=1", admin_), Messages{});
    server_.change("UPDATE client SET last_name = '100%_\\sure' WHERE first_name = 'Ravi'");
    EXPECT_EQ(found("?search=100%25", admin_), Messages{"Ravi 100%_\\sure"});
    EXPECT_EQ(found("?search=%25_%5Cs", admin_), Messages{"Ravi 100%_\\sure"});
}

TEST_F(ClientsTest, AClientAnswersAsDocumented) {
    for (const std::string& token : {staff_, admin_}) {
        const Answered answer = server_.get(ankit_, token);
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.message(), "Client fetched successfully.");
        json::value documented = json::parse(R"({
            "id": 1, "first_name": "Ankit", "last_name": "Patel", "full_name": "Ankit Patel", "mobile": "9827700002",
            "email": "ankit@example.com", "address": "123 Main Street", "city": "Indore", "interest_type": "buy",
            "sourcing_channel": {"id": 3, "name": "Walk-In"}, "assigned_to": {"id": 2, "name": "Staff Member"}})");
        EXPECT_EQ(answer.at("result"), documented);
    }
}

TEST_F(ClientsTest, AnAbsentFieldIsUnchangedAndNullOrBlankClears) {
    Answered answer = update({{"city", "Bhopal"}});
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.message(), "Client updated successfully.");
    EXPECT_EQ(answer.text("result.city"), "Bhopal");
    EXPECT_EQ(answer.text("result.email"), "ankit@example.com");
    EXPECT_EQ(answer.text("result.address"), "123 Main Street");
    answer = update({{"email", nullptr}, {"address", "  "}});
    EXPECT_TRUE(answer.at("result.email").is_null());
    EXPECT_TRUE(answer.at("result.address").is_null());
    EXPECT_EQ(answer.text("result.city"), "Bhopal");
    EXPECT_EQ(update(json::object{}).status, 200U);
    EXPECT_EQ(server_.get(ankit_, staff_).at("result"), answer.at("result"));
}

TEST_F(ClientsTest, WhatIsRequiredCannotBeCleared) {
    const Answered answer = update({{"first_name", nullptr},
                                    {"last_name", " "},
                                    {"mobile", nullptr},
                                    {"sourcing_channel_id", nullptr},
                                    {"interest_type", nullptr}});
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.fields_in_error(), 5U);
    EXPECT_EQ(answer.errors("first_name"), Messages{"The first name field is required."});
    EXPECT_EQ(answer.errors("sourcing_channel_id"), Messages{"The sourcing channel id field is required."});
}

TEST_F(ClientsTest, EveryRuleHasItsWording) {
    const Answered answer = update({{"first_name", std::string(101, 'x')},
                                    {"last_name", 5},
                                    {"mobile", "98277"},
                                    {"email", "ankit@"},
                                    {"city", std::string(101, 'x')},
                                    {"sourcing_channel_id", 9'999},
                                    {"interest_type", "sell"}});
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.message(), "Validation failed.");
    EXPECT_EQ(answer.fields_in_error(), 7U);
    EXPECT_EQ(answer.errors("first_name"),
              Messages{"The first name must not be greater than 100 characters."});
    EXPECT_EQ(answer.errors("last_name"), Messages{"The last name must be a string."});
    EXPECT_EQ(answer.errors("mobile"), Messages{"The mobile must be 10 digits."});
    EXPECT_EQ(answer.errors("email"), Messages{"The email must be a valid email address."});
    EXPECT_EQ(answer.errors("city"), Messages{"The city must not be greater than 100 characters."});
    EXPECT_EQ(answer.errors("sourcing_channel_id"), Messages{"The selected sourcing channel id is invalid."});
    EXPECT_EQ(answer.errors("interest_type"), Messages{"The selected interest type is invalid."});
    const std::int64_t of_another = 7'777;
    server_.change("UPDATE sourcing_channel SET id = ?1 WHERE business_id = 2 AND id = 1", {of_another});
    EXPECT_EQ(update({{"sourcing_channel_id", of_another}}).errors("sourcing_channel_id"),
              Messages{"The selected sourcing channel id is invalid."});
}

TEST_F(ClientsTest, AnUpdateTakesNoAssignment) {
    const Answered answer =
        server_.call(Method::put, ankit_, admin_, R"({"assigned_to": 3, "city": "Bhopal"})");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.text("result.assigned_to.name"), "Staff Member");
}

TEST_F(ClientsTest, CreatingNeedsItsFields) {
    const Answered answer = create(json::object{}, staff_);
    EXPECT_EQ(answer.status, 422U);
    EXPECT_EQ(answer.fields_in_error(), 5U);
    EXPECT_EQ(answer.errors("mobile"), Messages{"The mobile field is required."});
}

TEST_F(ClientsTest, StaffGetTheClientsTheyEnterWhateverTheySay) {
    json::value body = new_client();
    body.as_object()["assigned_to"] = 1;
    const Answered answer = create(body, staff_);
    EXPECT_EQ(answer.status, 201U);
    EXPECT_EQ(answer.message(), "Client created successfully.");
    EXPECT_EQ(answer.text("result.full_name"), "Sunita Rao");
    EXPECT_EQ(answer.text("result.assigned_to.name"), "Staff Member");
    EXPECT_EQ(answer.text("result.sourcing_channel.name"), "Referral");
    const std::string path = "/api/clients/" + std::to_string(answer.number("result.id"));
    EXPECT_EQ(server_.get(path, staff_).at("result"), answer.at("result"));
    EXPECT_EQ(server_.get(path, server_.rahul()).status, 403U);
}

TEST_F(ClientsTest, AnAdminAssignsAClientToOneOfHisOwn) {
    json::value body = new_client();
    EXPECT_TRUE(create(body, admin_).at("result.assigned_to").is_null());
    body.as_object()["assigned_to"] =
        server_.integer("SELECT id FROM \"user\" WHERE email = 'rahul@example.com'");
    EXPECT_EQ(create(body, admin_).text("result.assigned_to.name"), "Rahul Sharma");
    server_.change("UPDATE \"user\" SET id = 7777 WHERE email = 'starter@example.com'");
    body.as_object()["assigned_to"] = 7'777;
    EXPECT_EQ(create(body, admin_).errors("assigned_to"), Messages{"The selected assigned to is invalid."});
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
