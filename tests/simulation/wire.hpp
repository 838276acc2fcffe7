// Wire: a simulated WebSocket between a phone and the server. Frames arrive whole and in order, late, until the
// connection ends; each end hears of that in its own time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/websocket.hpp"
#include "simulation/faults.hpp"
#include "simulation/server_host.hpp"

namespace fieldsync::simulation {

struct Network {
    Scheduler& scheduler;
    ServerHost& server;
    Trace& trace;
    Faults faults;
    bool cuts_frames = false;  // at some time of the run
};

class Wire final : public Connection, public std::enable_shared_from_this<Wire> {
  public:
    // The phone's end; nothing more is called after `ended`.
    struct PhoneEnd {
        std::function<void()> opened;
        std::function<void(std::string_view)> frame;
        std::function<void(bool was_orderly)> ended;
    };

    Wire(Network& network, Dice dice, std::shared_ptr<Life> phone, PhoneEnd end);
    void connect();

    // From the phone.
    void send(std::string frame);
    void close();
    // The phone's process is gone, or its radio.
    void drop();
    // Something between the two breaks.
    void break_up();

    void server_died() override;
    void server_stops() override;

  private:
    class ServerEnd;
    enum class Direction : std::uint8_t { up, down };
    struct Way {
        bool passes = true;
        std::int64_t free_at_us = 0;
    };

    std::int64_t latency();
    // When a frame that is sent now arrives; nothing where it is lost.
    std::optional<std::int64_t> carry(Direction direction, std::string& frame);
    void deliver_up(const std::string& frame);
    void phone_hears_of_the_end(std::int64_t after_us, bool is_orderly);
    void server_hears_of_the_end(std::int64_t after_us);
    void close_server_end(server::http::CloseReason reason);
    void from_server(std::shared_ptr<const std::string> frame);
    void server_closes();

    Network& network_;
    Dice dice_;
    std::shared_ptr<Life> phone_life_, server_life_;
    PhoneEnd phone_;
    std::shared_ptr<server::http::WebSocketPeer> peer_;
    std::shared_ptr<ServerEnd> sender_;
    Way up_, down_;
    bool phone_is_open_ = true, is_reading_paused_ = false;
    std::vector<std::string> held_back_;
};

// POST /sync/v1/exchange: `done` is called once, with status 0 where no answer came.
void post_exchange(Network& network, Dice dice, const std::shared_ptr<Life>& phone, std::string body,
                   HttpCarrier::Done done);

}  // namespace fieldsync::simulation
