#include <gtest/gtest.h>

#include "http/cors.hpp"
#include "http/message.hpp"
#include "http/quota.hpp"

namespace fieldsync::server::http {
namespace {

TEST(RequestTest, HeaderNamesIgnoreCaseAndQueryNamesDoNot) {
    Request request;
    request.headers = {{"Content-Type", "a"}, {"content-type", "b"}};
    request.query_parameters = {{"page", "2"}, {"flag", ""}};
    EXPECT_EQ(request.header("CONTENT-TYPE"), "a");
    EXPECT_EQ(request.header("Content"), std::nullopt);
    EXPECT_EQ(request.query("page"), "2");
    EXPECT_EQ(request.query("flag"), "");
    EXPECT_EQ(request.query("Page"), std::nullopt);
    EXPECT_EQ(request.param("id"), "");
}

TEST(ResponseTest, SetReplacesAndAddKeeps) {
    Response response = Response::json(200, "{}");
    response.set("content-type", "text/csv").add("Vary", "A").add("Vary", "B");
    EXPECT_EQ(response.headers, (Fields{{"content-type", "text/csv"}, {"Vary", "A"}, {"Vary", "B"}}));
}

TEST(MessageTest, AHeaderValueCannotStartAnotherHeader) {
    Response response(200, "body");
    response.set("Content-Disposition", "attachment; filename=\"a\r\nSet-Cookie: x\"");
    response.set("Content-Length", "99");
    response.set("Connection", "upgrade");
    const ResponseMessage message = to_message(response, {}, "id", {});
    EXPECT_EQ(message["Content-Disposition"], "attachment; filename=\"a  Set-Cookie: x\"");
    EXPECT_EQ(message[wire::field::content_length], "4");
    EXPECT_EQ(message[wire::field::connection], "");
}

TEST(MessageTest, AnAnswerWithoutContentHasNoLength) {
    for (const unsigned status : {204u, 304u}) {
        Response response(status);
        EXPECT_EQ(to_message(response, {}, "id", {}).count(wire::field::content_length), 0u);
    }
}

TEST(CorsTest, OnlyConfiguredOriginsAreAllowed) {
    Request request;
    EXPECT_TRUE(cors_headers({}, request, "").empty());
    request.headers = {{"Origin", "https://app.example.com"}};
    EXPECT_TRUE(cors_headers({}, request, "").empty());
    EXPECT_EQ(cors_headers({"https://other.example.com"}, request, ""), (Fields{{"Vary", "Origin"}}));
    const Fields allowed = cors_headers({"https://app.example.com"}, request, "");
    ASSERT_GE(allowed.size(), 2u);
    EXPECT_EQ(allowed[1].second, "https://app.example.com");
}

TEST(QuotaTest, GivesBackWhatWasHeld) {
    Quota quota(10);
    auto first = quota.take(6);
    ASSERT_TRUE(first);
    EXPECT_FALSE(quota.take(5));
    EXPECT_FALSE(quota.take(11));
    auto second = quota.take(4);
    EXPECT_TRUE(second);
    Quota::Hold moved = std::move(*first);
    first.reset();
    EXPECT_EQ(quota.used(), 10u);
    second.reset();
    EXPECT_EQ(quota.used(), 6u);
}

}  // namespace
}  // namespace fieldsync::server::http
