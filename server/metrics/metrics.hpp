// Metrics: counts what the server does, and says it in Prometheus's text format. The services know nothing of
// it: Application hands it to their hooks.
//
// Any thread. Owned by Application, before the services whose hooks call it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/config.hpp"
#include "sync/live_devices.hpp"
#include "write_path/write_path.hpp"

namespace fieldsync::server {

class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void answered(const http::AccessEntry& request);
    void written(const WriteRequest& request, const WriteOutcome& outcome);
    void group_committed(std::size_t jobs);

    // What is looked up when somebody asks.
    struct State {
        std::size_t live_devices = 0;
        std::size_t connections = 0;
        std::size_t writes_waiting = 0;
        std::uint64_t conflicts = 0;        // conflict records made, ever
        std::uint64_t diverged_scopes = 0;  // since the start
        struct DeviceLag {
            BusinessId business{};
            schema::Uid device;
            std::uint64_t entries = 0;  // log entries behind the head
        };
        std::vector<DeviceLag> lags;
    };
    // The text exposition format, version 0.0.4.
    std::string exposition(const State& state);

  private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace fieldsync::server
