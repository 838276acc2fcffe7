#include "http/router.hpp"

#if defined(BOOST_ASIO_VERSION) || defined(BOOST_BEAST_VERSION)
#error "what handlers include stays free of Asio and Beast"
#endif

#include <gtest/gtest.h>

namespace fieldsync::server::http {
namespace {

Handler answering(const std::string& name) {
    return [name](const Request&) -> Answer { return Response::text(200, name); };
}

std::string answer_of(const Lookup& lookup) {
    Request request;
    return lookup.route ? std::get<Response>(lookup.route->handler(request)).body : "";
}

TEST(RouterTest, CapturesSegmentsByName) {
    Router router;
    router.get("/api/leads/{id}/visits/{visit}", answering("visit"));
    const Lookup lookup = router.find(Method::get, "/api/leads/17/visits/a b");
    ASSERT_EQ(lookup.outcome, Lookup::Outcome::found);
    EXPECT_EQ(lookup.parameters, (Fields{{"id", "17"}, {"visit", "a b"}}));
}

TEST(RouterTest, TheLiteralSegmentWinsOverTheCaptureAndThatOverTheWildcard) {
    Router router;
    router.get("/leads/{rest...}", answering("wildcard"));
    router.get("/leads/{id}", answering("capture"));
    router.get("/leads/mine", answering("literal"));
    EXPECT_EQ(answer_of(router.find(Method::get, "/leads/mine")), "literal");
    EXPECT_EQ(answer_of(router.find(Method::get, "/leads/7")), "capture");
    EXPECT_EQ(answer_of(router.find(Method::get, "/leads/7/notes")), "wildcard");
}

TEST(RouterTest, ALiteralThatLeadsNowhereFallsBackToTheCapture) {
    Router router;
    router.get("/leads/mine/open", answering("literal"));
    router.get("/leads/{id}/visits", answering("capture"));
    const Lookup lookup = router.find(Method::get, "/leads/mine/visits");
    EXPECT_EQ(answer_of(lookup), "capture");
    EXPECT_EQ(lookup.parameters, (Fields{{"id", "mine"}}));
}

TEST(RouterTest, AMethodThatOnlyTheCaptureHasReachesIt) {
    Router router;
    router.post("/leads/search", answering("search"));
    router.get("/leads/{id}", answering("lead"));
    EXPECT_EQ(answer_of(router.find(Method::get, "/leads/search")), "lead");
}

TEST(RouterTest, TheWildcardTakesTheRestAndIsNeverEmpty) {
    Router router;
    router.get("/files/{path...}", answering("file"));
    EXPECT_EQ(router.find(Method::get, "/files/a/b/c.pdf").parameters, (Fields{{"path", "a/b/c.pdf"}}));
    EXPECT_EQ(router.find(Method::get, "/files").outcome, Lookup::Outcome::not_found);
    EXPECT_EQ(router.find(Method::get, "/files/").outcome, Lookup::Outcome::not_found);
}

TEST(RouterTest, CapturesAreNeverEmpty) {
    Router router;
    router.get("/leads/{id}", answering("lead"));
    EXPECT_EQ(router.find(Method::get, "/leads/").outcome, Lookup::Outcome::not_found);
    EXPECT_EQ(router.find(Method::get, "/leads//").outcome, Lookup::Outcome::not_found);
}

TEST(RouterTest, AKnownPathWithAnotherMethodListsWhatIsAllowed) {
    Router router;
    router.get("/leads/{id}", answering("get"));
    router.put("/leads/{lead}", answering("put"));
    const Lookup lookup = router.find(Method::delete_, "/leads/7");
    EXPECT_EQ(lookup.outcome, Lookup::Outcome::wrong_method);
    EXPECT_EQ(join(lookup.allow), "GET, HEAD, PUT, OPTIONS");
}

TEST(RouterTest, HeadIsAnsweredByTheGetRoute) {
    Router router;
    router.get("/leads", answering("get"));
    EXPECT_EQ(answer_of(router.find(Method::head, "/leads")), "get");
}

TEST(RouterTest, RefusesMalformedAndDoubledRoutes) {
    Router router;
    router.get("/leads/{id}", answering("a"));
    EXPECT_THROW(router.get("/leads/{other}", answering("b")), std::invalid_argument);
    EXPECT_THROW(router.get("leads", answering("b")), std::invalid_argument);
    EXPECT_THROW(router.get("/a{id}", answering("b")), std::invalid_argument);
    EXPECT_THROW(router.get("/{}", answering("b")), std::invalid_argument);
    EXPECT_THROW(router.get("/{a}{b}", answering("b")), std::invalid_argument);
    EXPECT_THROW(router.get("/{rest...}/x", answering("b")), std::invalid_argument);
    EXPECT_NO_THROW(router.post("/leads/{other}", answering("b")));
}

ErrorRenderer rendering(const std::string& surface) {
    return [surface](unsigned status, std::string_view message) {
        return Response::json(status, surface + ":" + std::string(message));
    };
}

TEST(RouterTest, APathBelongsToTheSurfaceWithTheLongestPrefix) {
    Router router;
    router.surface({{"/api/"}, rendering("crm")});
    router.surface({{"/api/client/", "/api/login"}, rendering("client")});
    EXPECT_EQ(router.error("/api/leads", 404, "m").body, "crm:m");
    EXPECT_EQ(router.error("/api/client/x", 404, "m").body, "client:m");
    EXPECT_EQ(router.error("/api/client", 404, "m").body, "client:m");
    EXPECT_EQ(router.error("/api/login", 404, "m").body, "client:m");
    EXPECT_EQ(router.error("/api/logins", 404, "m").body, "crm:m");
    EXPECT_EQ(router.error("/metrics", 404, "a \"b\"").body, R"({"error": "a \"b\""})");
    EXPECT_THROW(router.surface({{"/api"}, rendering("again")}), std::invalid_argument);
}

TEST(RouterTest, ARendererThatFailsIsReplacedByThePlainError) {
    Router router;
    router.surface(
        {{"/"}, [](unsigned, std::string_view) -> Response { throw std::runtime_error("broken"); }});
    EXPECT_EQ(router.error("/x", 404, "Not found").status, 404u);
}

TEST(RouterTest, TheTrailingSlashIsOptionalOnlyWhereTheSurfaceSaysSo) {
    Router router;
    router.surface({{"/api/"}, rendering("crm")});
    router.surface({{"/api/portal/"}, rendering("portal"), true});
    router.get("/api/leads", answering("leads"));
    router.get("/api/portal/cases/", answering("cases"));
    router.get("/api/portal/cases/{id}", answering("case"));
    EXPECT_EQ(router.find(Method::get, "/api/leads/").outcome, Lookup::Outcome::not_found);
    EXPECT_EQ(answer_of(router.find(Method::get, "/api/portal/cases")), "cases");
    EXPECT_EQ(answer_of(router.find(Method::get, "/api/portal/cases/")), "cases");
    EXPECT_EQ(router.find(Method::get, "/api/portal/cases/3/").parameters, (Fields{{"id", "3"}}));
    EXPECT_EQ(router.find(Method::post, "/api/portal/cases/3/").outcome, Lookup::Outcome::wrong_method);
    EXPECT_EQ(router.find(Method::get, "/api/portal/other/").outcome, Lookup::Outcome::not_found);
}

}  // namespace
}  // namespace fieldsync::server::http
