#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "clients.hpp"
#include "running_server.hpp"

namespace fieldsync::server::http::testing {
namespace {

Answer echo(const Request& request) {
    std::string text(to_string(request.method));
    text += " " + request.path + " id=" + std::string(request.param("id"));
    text += " page=" + std::string(request.query("page").value_or("none"));
    text += " from=" + request.remote_address + " body=" + request.body;
    return Response::text(200, text);
}

// More than a socket takes at once, no two parts alike.
Answer long_text(const Request&) {
    std::string text;
    for (int i = 0; text.size() < 8 * mib; ++i) text += std::to_string(i) + " ";
    return Response::text(200, text);
}

Answer fail(const Request&) {
    throw std::runtime_error("the disk is gone");
}

Response envelope(unsigned status, std::string_view message) {
    return Response::json(status, R"({"status": false, "message": ")" + std::string(message) + "\"}");
}

Router routes() {
    Router router;
    router.surface({{"/api/"}, envelope});
    RouteOptions json_only;
    json_only.content_types = {"application/json"};
    router.get("/api/leads/{id}", echo);
    router.post("/api/leads", echo, json_only);
    router.get("/api/fail", fail);
    router.get("/api/long", long_text);
    router.get("/api/status/{id}", [](const Request& request) -> Answer {
        return Response(static_cast<unsigned>(std::stoul(std::string(request.param("id")))));
    });
    return router;
}

TEST(ServerTest, AnswersWithCapturesQueryAndBody) {
    RunningServer server(routes());
    Client client(server.port());
    EXPECT_EQ(client.get("/api/leads/a%20b?page=2").body,
              "GET /api/leads/a b id=a b page=2 from=127.0.0.1 body=");
    const Reply posted = client.post("/api/leads", "{}", "Content-Type: application/json; charset=utf-8\r\n");
    EXPECT_EQ(posted.status, 200u);
    EXPECT_EQ(posted.body, "POST /api/leads id= page=none from=127.0.0.1 body={}");
    EXPECT_EQ(posted.header("Content-Type"), "text/plain; charset=utf-8");
}

TEST(ServerTest, KeepsTheConnectionForFurtherRequestsAndClosesItWhenAsked) {
    RunningServer server(routes());
    Client client(server.port());
    EXPECT_TRUE(client.get("/api/leads/1").keep_alive);
    EXPECT_TRUE(client.get("/api/leads/2").keep_alive);
    EXPECT_FALSE(client.get("/api/leads/3", "Connection: close\r\n").keep_alive);
    EXPECT_TRUE(client.closed_by_server());
}

TEST(ServerTest, ClosesAfterAnHttp10RequestUnlessAskedToKeepIt) {
    RunningServer server(routes());
    Client client(server.port());
    client.send("GET /api/leads/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(client.read().keep_alive);
    client.send("GET /api/leads/1 HTTP/1.0\r\n\r\n");
    EXPECT_FALSE(client.read().keep_alive);
    EXPECT_TRUE(client.closed_by_server());
}

TEST(ServerTest, AnswersPipelinedRequestsInOrder) {
    RunningServer server(routes());
    Client client(server.port());
    client.send(
        "POST /api/leads HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\none\r\n"  // and an empty line
        "GET /api/leads/2 HTTP/1.1\r\nHost: t\r\n\r\n"
        "GET /api/leads/3 HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_TRUE(client.read().body.ends_with("body=one"));
    EXPECT_TRUE(client.read().body.starts_with("GET /api/leads/2"));
    EXPECT_TRUE(client.read().body.starts_with("GET /api/leads/3"));
}

TEST(ServerTest, AnAnswerLongerThanTheSocketTakesArrivesWhole) {
    RunningServer server(routes());
    Client client(server.port(), 4'096);
    const std::string expected = std::get<Response>(long_text({})).body;
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(client.get("/api/long").body == expected);
}

TEST(ServerTest, AHeaderMayComeInPieces) {
    RunningServer server(routes());
    Client client(server.port());
    for (const char* piece : {"GET /api/le", "ads/4 HTTP/1.1\r\nHo", "st: t\r\n", "\r\n"}) {
        client.send(piece);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(client.read().body.starts_with("GET /api/leads/4"));
}

TEST(ServerTest, UnknownPathsAndMethodsAreRenderedByTheSurface) {
    RunningServer server(routes());
    Client client(server.port());
    const Reply unknown = client.get("/api/nothing");
    EXPECT_EQ(unknown.status, 404u);
    EXPECT_EQ(unknown.body, R"({"status": false, "message": "Not found"})");
    EXPECT_EQ(client.get("/elsewhere").body, R"({"error": "Not found"})");
    const Reply wrong = client.post("/api/leads/1", "");
    EXPECT_EQ(wrong.status, 405u);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(wrong.body, R"({"status": false, "message": "Method not allowed"})");
    EXPECT_TRUE(wrong.keep_alive);
}

TEST(ServerTest, HeadHasTheLengthButNoBody) {
    RunningServer server(routes());
    Client client(server.port());
    client.send("HEAD /api/leads/1 HTTP/1.1\r\nHost: t\r\n\r\n");
    const Reply head = client.read(true);
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.header("Content-Length"), "53");
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(client.get("/api/leads/1").status, 200u);
}

TEST(ServerTest, OptionsTellsTheMethods) {
    RunningServer server(routes());
    Client client(server.port());
    client.send("OPTIONS /api/leads HTTP/1.1\r\nHost: t\r\nOrigin: https://app.example.com\r\n\r\n");
    const Reply options = client.read();
    EXPECT_EQ(options.status, 204u);
    EXPECT_EQ(options.header("Allow"), "POST, OPTIONS");
    EXPECT_EQ(options.header("Access-Control-Allow-Origin"), "");
    client.send("OPTIONS /api/nothing HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(client.read().status, 404u);
    client.send("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(client.read().status, 204u);
}

TEST(ServerTest, APreflightFromAConfiguredOriginIsAllowed) {
    Config config;
    config.cors_origins = {"https://app.example.com"};
    RunningServer server(routes(), config);
    Client client(server.port());
    client.send(
        "OPTIONS /api/leads HTTP/1.1\r\nHost: t\r\nOrigin: https://app.example.com\r\n"
        "Access-Control-Request-Method: POST\r\n\r\n");
    const Reply options = client.read();
    EXPECT_EQ(options.header("Access-Control-Allow-Origin"), "https://app.example.com");
    EXPECT_EQ(options.header("Access-Control-Allow-Methods"), "POST, OPTIONS");
    const Reply missing = client.get("/api/nothing", "Origin: https://app.example.com\r\n");
    EXPECT_EQ(missing.header("Access-Control-Allow-Origin"), "https://app.example.com");
    EXPECT_EQ(client.get("/api/leads/1", "Origin: https://evil.example.com\r\n")
                  .header("Access-Control-Allow-Origin"),
              "");
}

TEST(ServerTest, AnotherMediaTypeIsRefused) {
    RunningServer server(routes());
    Client client(server.port());
    EXPECT_EQ(client.post("/api/leads", "a=b", "Content-Type: application/x-www-form-urlencoded\r\n").status,
              415u);
    EXPECT_EQ(client.post("/api/leads", "{}").status, 200u);
}

TEST(ServerTest, AHandlerThatThrowsAnswers500AndTheConnectionGoesOn) {
    RunningServer server(routes());
    Client client(server.port());
    const Reply failed = client.get("/api/fail");
    EXPECT_EQ(failed.status, 500u);
    EXPECT_EQ(failed.body, R"({"status": false, "message": "Server error"})");
    EXPECT_EQ(client.get("/api/leads/1").status, 200u);
}

TEST(ServerTest, AStatusThatDoesNotExistIsAServerError) {
    RunningServer server(routes());
    Client client(server.port());
    EXPECT_EQ(client.get("/api/status/1000").status, 500u);
    EXPECT_EQ(client.get("/api/status/100").status, 500u);
    EXPECT_EQ(client.get("/api/status/204").status, 204u);
    EXPECT_EQ(client.get("/api/status/304").status, 304u);
}

TEST(ServerTest, TheRequestIdIsTheClientsWhenItIsFitForALog) {
    RunningServer server(routes());
    Client client(server.port());
    EXPECT_EQ(client.get("/api/leads/1", "X-Request-Id: a.B_c-9\r\n").header("X-Request-Id"), "a.B_c-9");
    EXPECT_EQ(client.get("/api/leads/1", "X-Request-Id: a b\r\n").header("X-Request-Id"), "made-1");
    EXPECT_EQ(
        client.get("/api/leads/1", "X-Request-Id: " + std::string(65, 'a') + "\r\n").header("X-Request-Id"),
        "made-2");
}

TEST(ServerTest, EveryRequestHasALineInTheAccessLog) {
    RunningServer server(routes());
    Client client(server.port());
    client.post("/api/leads?token=secret", "12345", "X-Request-Id: mine\r\n");
    const std::vector<AccessEntry> log = server.log(1);
    ASSERT_EQ(log.size(), 1u);
    EXPECT_EQ(log[0].method, "POST");
    EXPECT_EQ(log[0].path, "/api/leads");
    EXPECT_EQ(log[0].route, "/api/leads");
    EXPECT_EQ(log[0].status, 200u);
    EXPECT_EQ(log[0].request_bytes, 5u);
    EXPECT_GT(log[0].response_bytes, 0u);
    EXPECT_GE(log[0].duration_us, 0);
    EXPECT_EQ(log[0].request_id, "mine");
    EXPECT_EQ(log[0].remote_address, "127.0.0.1");
}

TEST(ServerTest, MalformedRequestsAreAnsweredInJsonAndClosed) {
    RunningServer server(routes());
    for (const char* request : {"this is no http\r\n\r\n", "GET /api/leads/%zz HTTP/1.1\r\nHost: t\r\n\r\n",
                                "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/3.7\r\n\r\n",
                                "POST /api/leads HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
        Client client(server.port());
        client.send(request);
        const Reply reply = client.read();
        EXPECT_EQ(reply.status, 400u) << request;
        EXPECT_TRUE(reply.body.find("Bad request") != std::string::npos) << request;
        EXPECT_EQ(reply.header("Content-Type"), "application/json") << request;
        EXPECT_NE(reply.header("X-Request-Id"), "") << request;
        EXPECT_FALSE(reply.keep_alive) << request;
        EXPECT_TRUE(client.closed_by_server()) << request;
    }
}

TEST(ServerTest, APortThatIsTakenIsNamed) {
    RunningServer server(routes());
    try {
        server.listen_on(server.port());
        FAIL() << "listened twice";
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(std::string(error.what()), "cannot listen on 127.0.0.1 port " +
                                                 std::to_string(server.port()) + ": Address already in use");
    }
}

TEST(ServerTest, ListensOnSeveralPorts) {
    RunningServer server(routes());
    Client client(server.listen_on(0));
    EXPECT_EQ(client.get("/api/leads/1").status, 200u);
}

}  // namespace
}  // namespace fieldsync::server::http::testing
