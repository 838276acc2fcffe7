#include <gtest/gtest.h>

#include "clients.hpp"
#include "running_server.hpp"

namespace fieldsync::server::http::testing {
namespace {

Answer length(const Request& request) {
    return Response::text(200, std::to_string(request.body.size()));
}

Router routes() {
    Router router;
    router.surface({{"/api/"}, [](unsigned status, std::string_view message) {
                        return Response::json(status, "{\"msg\": \"" + std::string(message) + "\"}");
                    }});
    router.post("/api/small", length);
    RouteOptions large;
    large.body_bytes_max = 3 * mib;
    router.post("/api/large", length, large);
    router.get("/api/big",
               [](const Request&) -> Answer { return Response::text(200, std::string(32 * mib, 'x')); });
    return router;
}

std::string chunked(const std::string& target, std::size_t chunks, std::size_t chunk_bytes) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", chunk_bytes);
    std::string request = "POST " + target + " HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i < chunks; ++i) request += size + std::string(chunk_bytes, 'x') + "\r\n";
    return request + "0\r\n\r\n";
}

TEST(LimitsTest, ABodyAtTheLimitPassesAndOneByteMoreIs413InTheSurfacesEnvelope) {
    RunningServer server(routes());
    Client client(server.port());
    EXPECT_EQ(client.post("/api/small", std::string(mib, 'x')).body, std::to_string(mib));
    // The whole body is sent: the answer arrives all the same.
    const Reply refused = client.post("/api/small", std::string(mib + 1, 'x'));
    EXPECT_EQ(refused.status, 413u);
    EXPECT_EQ(refused.body, R"({"msg": "Payload too large"})");
    EXPECT_FALSE(refused.keep_alive);
    EXPECT_TRUE(client.closed_by_server());
}

TEST(LimitsTest, AChunkedBodyIsCountedAsItComes) {
    RunningServer server(routes());
    Client client(server.port());
    client.send(chunked("/api/small", 16, 64 * kib));
    EXPECT_EQ(client.read().body, std::to_string(mib));
    client.send(chunked("/api/small", 17, 64 * kib));
    const Reply refused = client.read();
    EXPECT_EQ(refused.status, 413u);
    EXPECT_EQ(refused.body, R"({"msg": "Payload too large"})");
    EXPECT_TRUE(client.closed_by_server());
}

TEST(LimitsTest, ARouteCanRaiseTheLimit) {
    RunningServer server(routes());
    Client client(server.port());
    EXPECT_EQ(client.post("/api/large", std::string(3 * mib, 'x')).body, std::to_string(3 * mib));
    EXPECT_EQ(client.post("/api/large", std::string(3 * mib + 1, 'x')).status, 413u);
}

TEST(LimitsTest, ContinuesOnlyABodyThatWillBeTaken) {
    RunningServer server(routes());
    Client client(server.port());
    client.send("POST /api/small HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(client.read().status, 100u);
    client.send("hello");
    EXPECT_EQ(client.read().body, "5");
    client.send("POST /api/small HTTP/1.1\r\nHost: t\r\nExpect: miracles\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(client.read().status, 417u);
    Client other(server.port());
    other.send(
        "POST /api/small HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n");
    EXPECT_EQ(other.read().status, 413u);
}

TEST(LimitsTest, AHeaderThatIsTooLongIsRefused) {
    RunningServer server(routes());
    Client client(server.port());
    client.send("GET / HTTP/1.1\r\nX-Long: " + std::string(17 * kib, 'x') + "\r\n\r\n");
    const Reply refused = client.read();
    EXPECT_EQ(refused.status, 431u);
    EXPECT_TRUE(client.closed_by_server());
}

TEST(LimitsTest, AClientThatDoesNotFinishItsHeaderIsClosed) {
    Config config;
    config.limits.header_ms = 150;
    RunningServer server(routes(), config);
    Client silent(server.port());
    Client slow(server.port());
    slow.send("GET / HTTP/1.1\r\n");
    EXPECT_TRUE(silent.closed_by_server());
    EXPECT_TRUE(slow.closed_by_server());
}

TEST(LimitsTest, AClientThatDoesNotFinishItsBodyIsClosed) {
    Config config;
    config.limits.body_ms = 150;
    RunningServer server(routes(), config);
    Client client(server.port());
    client.send("POST /api/small HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhe");
    EXPECT_TRUE(client.closed_by_server());
}

TEST(LimitsTest, AnIdleConnectionIsClosed) {
    Config config;
    config.limits.idle_ms = 150;
    RunningServer server(routes(), config);
    Client client(server.port());
    EXPECT_EQ(client.post("/api/small", "x").status, 200u);
    EXPECT_TRUE(client.closed_by_server());
}

TEST(LimitsTest, AReaderThatDoesNotReadItsAnswerIsClosed) {
    Config config;
    config.limits.write_ms = 100;
    config.limits.bytes_per_second_min = 1'000'000'000;
    RunningServer server(routes(), config);
    Client client(server.port(), 4'096);
    client.send("GET /api/big HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(server.log(1)[0].status, 200u);  // logged when the write has ended, here by the timeout
    EXPECT_THROW(client.read(), std::runtime_error);
}

TEST(LimitsTest, AConnectionTooManyIsAnswered503AndClosed) {
    Config config;
    config.limits.connections_max = 1;
    RunningServer server(routes(), config);
    Client first(server.port());
    EXPECT_EQ(first.post("/api/small", "x").status, 200u);
    Client second(server.port());
    const Reply refused = second.read();
    EXPECT_EQ(refused.status, 503u);
    EXPECT_EQ(refused.header("Retry-After"), "1");
    EXPECT_TRUE(second.closed_by_server());
    EXPECT_EQ(first.post("/api/small", "x").status, 200u);
}

TEST(LimitsTest, BodiesOfAllConnectionsTogetherAreBounded) {
    Config config;
    config.limits.body_bytes_total_max = 100'000;
    RunningServer server(routes(), config);
    Client first(server.port());
    first.send(
        "POST /api/small HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 90000\r\n\r\n");
    EXPECT_EQ(first.read().status, 100u);  // its 90,000 bytes are held from here on
    Client second(server.port());
    const Reply refused = second.post("/api/small", std::string(20'000, 'x'));
    EXPECT_EQ(refused.status, 503u);
    EXPECT_EQ(refused.header("Retry-After"), "1");
    first.send(std::string(90'000, 'x'));
    EXPECT_EQ(first.read().body, "90000");
    Client third(server.port());
    EXPECT_EQ(third.post("/api/small", std::string(20'000, 'x')).status, 200u);
}

}  // namespace
}  // namespace fieldsync::server::http::testing
