#include <gtest/gtest.h>

#include <thread>

#include "clients.hpp"
#include "running_server.hpp"

namespace fieldsync::server::http::testing {
namespace {

/// A route "/later" that hands each Done to the test.
class Later {
  public:
    Later() {
        router_.get("/later", [this](const Request&) -> Answer {
            return Deferred([this](Done done) { asked_.set_value(std::move(done)); });
        });
        router_.get("/at-once", [](const Request&) -> Answer {
            return Deferred([](const Done& done) {
                done(Response::text(200, "first"));
                done(Response::text(200, "second"));
            });
        });
        router_.get("/other-thread", [this](const Request&) -> Answer {
            return Deferred([this](Done done) {
                threads_.emplace_back(
                    [done = std::move(done)] { done(Response::text(200, "from a thread")); });
            });
        });
        router_.get("/broken", [](const Request&) -> Answer {
            return Deferred([](const Done&) { throw std::runtime_error("no pool"); });
        });
    }
    ~Later() {
        for (std::thread& thread : threads_) thread.join();
    }

    Router router() { return std::move(router_); }

    /// The Done of the request under way.
    Done done() {
        std::future<Done> asked = asked_.get_future();
        if (!comes(asked)) throw std::runtime_error("the handler was not called");
        return asked.get();
    }

  private:
    Router router_;
    std::promise<Done> asked_;
    std::vector<std::thread> threads_;
};

TEST(DeferredTest, IsAnsweredFromAnotherThread) {
    Later later;
    RunningServer server(later.router());
    Client client(server.port());
    EXPECT_EQ(client.get("/other-thread").body, "from a thread");
    EXPECT_EQ(client.get("/other-thread").body, "from a thread");
}

TEST(DeferredTest, TheFirstAnswerCounts) {
    Later later;
    RunningServer server(later.router());
    Client client(server.port());
    EXPECT_EQ(client.get("/at-once").body, "first");
    EXPECT_EQ(client.get("/at-once").body, "first");
}

TEST(DeferredTest, WithoutAnAnswerTheDeadlineAnswers503AndALateAnswerIsDropped) {
    Later later;
    Config config;
    config.limits.deadline_ms = 100;
    RunningServer server(later.router(), config);
    Client client(server.port());
    const Reply reply = client.get("/later");
    EXPECT_EQ(reply.status, 503u);
    EXPECT_EQ(reply.header("Retry-After"), "1");
    EXPECT_TRUE(reply.keep_alive);
    later.done()(Response::text(200, "late"));
    EXPECT_EQ(client.get("/at-once").body, "first");
}

TEST(DeferredTest, WhatFailsToStartAnswers500) {
    Later later;
    RunningServer server(later.router());
    Client client(server.port());
    EXPECT_EQ(client.get("/broken").status, 500u);
    EXPECT_EQ(client.get("/at-once").body, "first");
}

TEST(DeferredTest, AnAnswerToAClientThatHasGoneIsHarmless) {
    Later later;
    RunningServer server(later.router());
    Client client(server.port());
    client.send("GET /later HTTP/1.1\r\nHost: t\r\n\r\n");
    const Done done = later.done();
    client.close();
    done(Response::text(200, std::string(mib, 'x')));
    server.log(1);
    Client other(server.port());
    EXPECT_EQ(other.get("/at-once").status, 200u);
}

TEST(DeferredTest, AnAnswerAfterTheConnectionWasCutOffIsHarmless) {
    Later later;
    Done done;
    {
        RunningServer server(later.router());
        Client client(server.port());
        client.send("GET /later HTTP/1.1\r\nHost: t\r\n\r\n");
        done = later.done();
        EXPECT_TRUE(comes(server.drain(0)));
        done(Response::text(200, "nobody"));
        EXPECT_TRUE(client.closed_by_server());
    }
    done(Response::text(200, "nobody"));
}

}  // namespace
}  // namespace fieldsync::server::http::testing
