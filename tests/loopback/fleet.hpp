// Real devices and a real server in one process, over real sockets: a World that is served, and stores that
// sync with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/application.hpp"
#include "fieldsync/device/engine.hpp"
#include "fieldsync/device/transport.hpp"
#include "server/write_path/world.hpp"

namespace fieldsync::testing {

enum class Carried : std::uint8_t { websocket, http };

class Fleet;

// One user's store on one device.
class TestDevice {
  public:
    TestDevice(Fleet& fleet, const Uid& user, const std::filesystem::path& path, std::int64_t clock_ahead_ms,
               const schema::Schema& schema);

    // Pushes and pulls until nothing is left.
    device::SyncResult sync(bool verify = false);
    // sync(), and it must have been done.
    void sync_well();
    // Pushes and hears the receipts; then the connection is lost, before anything is pulled.
    void push_only();
    // Writes locally; the test fails when it is refused.
    device::LocalWrite write(std::vector<Change> changes);
    [[nodiscard]] Value value(schema::EntityNumber entity, const Uid& uid, const std::string& field) const;
    [[nodiscard]] std::string text(schema::EntityNumber entity, const Uid& uid,
                                   const std::string& field) const;
    [[nodiscard]] bool has(schema::EntityNumber entity, const Uid& uid) const;
    [[nodiscard]] std::size_t count(schema::EntityNumber entity) const;

    Fleet& fleet;
    FakeClock clock;
    std::filesystem::path path;
    std::unique_ptr<device::Engine> engine;

    void close() { engine.reset(); }
    void open();
    // Opened again by another version of the app.
    void open_as(const schema::Schema& schema);
    void sign_in(const Uid& user);

  private:
    const schema::Schema* schema_;
    SeededRandom random_;
};

class Fleet {
  public:
    explicit Fleet(Carried carried, const schema::Schema& schema = schema::Schema::current());
    ~Fleet();

    std::unique_ptr<TestDevice> device(const Uid& user, std::int64_t clock_ahead_ms = 0);
    std::unique_ptr<TestDevice> device(const Uid& user, std::int64_t clock_ahead_ms,
                                       const schema::Schema& of_the_app);
    // A write as REST makes it, through the server's own queue: live devices hear of it.
    WriteOutcome rest(const Uid& user, std::vector<Change> changes) {
        return rest_at(*server, user, std::move(changes));
    }
    WriteOutcome rest_at(app::Application& which, const Uid& user, std::vector<Change> changes);
    // Every device's every scope is what the server holds.
    void expect_agreement(const std::vector<TestDevice*>& devices);
    void set_plan(const std::string& slug);
    // A token for this user on this device.
    std::string token(const Uid& user, const Uid& device);
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    void restart();
    // One more on the same database; devices talk to the first one, or to whom they are sent.
    struct Server {
        std::unique_ptr<app::Application> application;
        std::uint16_t port = 0;
    };
    Server another_server() { return start_server(0, world.place.uri()); }
    // One that reaches the database by another way.
    Server server_by(const std::string& database, int io_threads) {
        return start_server(0, database, io_threads);
    }
    void send_devices_to(const Server& which) { port_ = which.port; }
    // Stops the server meanwhile.
    void back_up();
    void restore();

    static std::int64_t real_now_us();

    const Carried carried;
    const schema::Schema& schema;
    World world;
    std::unique_ptr<app::Application> server;

  private:
    void start();
    Server start_server(std::uint16_t port, const std::string& database, int io_threads = 2);
    std::uint16_t port_ = 0;
    int devices_ = 0;
};

}  // namespace fieldsync::testing
