// HttpCarrier: a sync session in one simulated HTTP request, as server/sync/exchange.hpp carries it. That one is its
// request's own; this one can be taken from its server when that is killed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fieldsync/sync/messages.hpp"
#include "sync/session_runner.hpp"

namespace fieldsync::simulation {

class HttpCarrier final : public server::Carrier, public std::enable_shared_from_this<HttpCarrier> {
  public:
    using Done = std::function<void(unsigned status, std::string body)>;
    using Post = std::function<void(std::function<void()>)>;

    HttpCarrier(server::SyncServices& services, Post post, Done done)
        : services_(services), post_(std::move(post)), done_(std::move(done)) {}

    void run(const std::string& body);
    void server_died();

    void send(std::string encoded) override;
    void finish() override { answer(); }
    void idle() override {
        if (all_received_) answer();
    }

  private:
    void answer();

    server::SyncServices& services_;
    const Post post_;
    const Done done_;
    std::shared_ptr<server::SessionRunner> runner_;
    std::string body_;
    bool all_received_ = false;
};

}  // namespace fieldsync::simulation
