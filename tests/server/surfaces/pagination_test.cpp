#include "surfaces/pagination.hpp"

#include <gtest/gtest.h>

#include "demo_server.hpp"

namespace fieldsync::server::surfaces::testing {
namespace {

Result<Page> read(std::string_view query) {
    http::Request request;
    for (std::string_view rest = query; !rest.empty();) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        request.query_parameters.emplace_back(pair.substr(0, pair.find('=')),
                                              pair.substr(pair.find('=') + 1));
    }
    return read_page(request);
}

std::string message(std::string_view query) {
    const auto page = read(query);
    return page ? "" : page.error().errors.at(0).second.at(0);
}

TEST(PaginationTest, ThereAreDefaultsAndLimits) {
    EXPECT_EQ(read("")->page, 1);
    EXPECT_EQ(read("")->per_page, 20);
    EXPECT_EQ(read("page=&per_page=")->per_page, 20);
    EXPECT_EQ(read("page=3&per_page=100")->offset(), 200);
    EXPECT_EQ(message("page=0"), "The page must be at least 1.");
    EXPECT_EQ(message("page=-1"), "The page must be at least 1.");
    EXPECT_EQ(message("page=-99999999999999999999"), "The page must be at least 1.");
    EXPECT_EQ(message("page=x"), "The page must be an integer.");
    EXPECT_EQ(message("page=1.5"), "The page must be an integer.");
    EXPECT_EQ(message("page=99999999999999999999"), "The page must not be greater than 1000000000.");
    EXPECT_EQ(message("per_page=0"), "The per page must be at least 1.");
    EXPECT_EQ(message("per_page=101"), "The per page must not be greater than 100.");
    EXPECT_EQ(read("page=0&per_page=101").error().errors.size(), 2U);
}

TEST(PaginationTest, TheLastPageIsAtLeastOne) {
    const Page page;
    EXPECT_EQ(page.last_page(0), 1);
    EXPECT_EQ(page.last_page(20), 1);
    EXPECT_EQ(page.last_page(21), 2);
}

TEST(PaginationTest, PagesFollowEachOther) {
    DemoServer server;
    const std::string admin = server.admin();
    const Answered first = server.get("/api/clients?per_page=2", admin);
    EXPECT_EQ(
        first.at("result.pagination"),
        json::parse(R"({"total": 3, "per_page": 2, "current_page": 1, "last_page": 2, "from": 1, "to": 2})"));
    const Answered second = server.get("/api/clients?per_page=2&page=2", admin);
    EXPECT_EQ(
        second.at("result.pagination"),
        json::parse(R"({"total": 3, "per_page": 2, "current_page": 2, "last_page": 2, "from": 3, "to": 3})"));
    EXPECT_EQ(second.at("result.data").as_array().size(), 1U);
    const Answered beyond = server.get("/api/leads?per_page=2&page=9", admin);
    EXPECT_EQ(beyond.status, 200U);
    EXPECT_EQ(
        beyond.at("result.pagination"),
        json::parse(
            R"({"total": 3, "per_page": 2, "current_page": 9, "last_page": 2, "from": null, "to": null})"));
    EXPECT_TRUE(beyond.at("result.data").as_array().empty());
}

TEST(PaginationTest, EveryListRefusesWhatIsOutOfRange) {
    DemoServer server;
    const std::string admin = server.admin(), client = server.portal_client();
    for (const char* list : {"/api/leads", "/api/clients", "/api/sync/conflicts"}) {
        const Answered answer = server.get(std::string(list) + "?per_page=101", admin);
        EXPECT_EQ(answer.status, 422U);
        EXPECT_EQ(answer.errors("per_page"),
                  std::vector<std::string>{"The per page must not be greater than 100."});
    }
    for (const char* list : {"/api/client/projects", "/api/client/progress", "/api/client/notifications"}) {
        const Answered answer = server.get(std::string(list) + "?page=0", client);
        EXPECT_EQ(answer.response.body, R"({"success":false,"msg":"Validation failed",)"
                                        R"("errors":{"page":["The page must be at least 1."]}})");
        EXPECT_EQ(answer.status, 422U);
    }
}

}  // namespace
}  // namespace fieldsync::server::surfaces::testing
