// Real servers that share one PostgreSQL, killed and started anew while devices and REST clients write through
// them; and their PostgreSQL ended under them.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "accounts/tokens.hpp"
#include "loopback/fleet.hpp"
#include "server/http/clients.hpp"
#include "support/process.hpp"

namespace fieldsync::testing {
namespace {

using http::testing::Client;
using std::chrono::seconds;

// One server on the port that it had at first.
class Node {
  public:
    explicit Node(std::string database) : database_(std::move(database)) { start(); }

    void start() {
        process_ = std::make_unique<Process>(std::vector<std::string>{
            FIELDSYNC_SERVER, "serve", "--database", database_, "--admin-listen", "off", "--log-level", "off",
            "--listen", "127.0.0.1:" + std::to_string(port_)});
        if (!process_->wait_for_out("\n")) throw std::runtime_error("no server: " + process_->err());
        const std::string said = process_->out();
        port_ = static_cast<std::uint16_t>(std::stoi(said.substr(said.rfind(':') + 1)));
    }
    void kill() {
        process_->signal(SIGKILL);
        process_->wait();
    }
    [[nodiscard]] bool is_running() const { return process_->is_running(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    const std::string database_;
    std::uint16_t port_ = 0;
    std::unique_ptr<Process> process_;
};

// A business, several servers, and people at work, each in a thread of his own.
class Storm {
  public:
    Storm(int servers, int people) {
        fleet.server.reset();  // the programs serve instead
        for (int i = 0; i < servers; ++i) nodes.push_back(std::make_unique<Node>(fleet.world.place.uri()));
        for (int i = 0; i < people; ++i)
            devices.push_back(fleet.device(i % 2 == 0 ? fleet.world.anna : fleet.world.admin));
        for (const auto& device : devices)
            EXPECT_EQ(sync(*device, *nodes.front()).end, device::SyncEnd::done)
                << "nobody knows the lead yet";
        world.database->write([&](storage::Connection& connection) {
            authorization = "Authorization: Bearer " +
                            accounts::issue_token(connection, world.random, world.business,
                                                  world.find(entity::user, world.anna)->id,
                                                  accounts::Surface::crm, {}, Fleet::real_now_us()) +
                            "\r\nContent-Type: application/json\r\n";
        });
        lead_notes = "/api/leads/" + std::to_string(world.find(entity::lead, world.lead)->id) + "/notes";
    }

    Node& node_of(int number) { return *nodes[static_cast<std::size_t>(number) % nodes.size()]; }

    // A note, and the client's address, which all fight for; then to one server after another until it is done.
    void work_offline_and_sync(int number, int rounds) {
        TestDevice& device = *devices[static_cast<std::size_t>(number)];
        for (int round = 0; round < rounds; ++round) {
            const std::string text = "storm " + std::to_string(number) + "-" + std::to_string(round);
            ++written_offline;
            device.write(
                {world.insert(entity::note, fresh_uid(device), {{"lead", world.lead}, {"note", text}})});
            device.write({world.update(entity::client, world.client, {{"address", text}})});
            int turn = number + round;
            EXPECT_TRUE(eventually([&] { return sync(device, node_of(turn++)).end == device::SyncEnd::done; },
                                   seconds(60)));
        }
        ++finished_;
    }

    // One after the other, until told to stop.
    void write_by_rest(int writer) {
        for (int i = 0; !stop_; ++i) {
            const std::string text = "rest " + std::to_string(writer) + "-" + std::to_string(i);
            try {
                const auto reply =
                    Client(node_of(i).port()).post(lead_notes, R"({"note":")" + text + "\"}", authorization);
                if (reply.status == 201) {
                    ++acknowledged;
                } else {
                    EXPECT_EQ(reply.status, 503U) << reply.body;
                    EXPECT_NE(reply.header("Retry-After"), "");
                    ++refused;
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // sooner than he is asked to
                }
            } catch (const std::runtime_error&) {
                ++unanswered;  // the server is gone, and perhaps the note is written
            }
        }
    }

    void run(int rounds, int rest_writers, const std::function<void()>& disturb) {
        std::vector<std::thread> people;
        for (std::size_t i = 0; i < devices.size(); ++i)
            people.emplace_back([this, i, rounds] { work_offline_and_sync(static_cast<int>(i), rounds); });
        std::vector<std::thread> writers;
        for (int i = 0; i < rest_writers; ++i) writers.emplace_back([this, i] { write_by_rest(i); });
        while (!all_finished()) {
            disturb();
            progress();
        }
        for (std::thread& person : people) person.join();
        stop_ = true;
        for (std::thread& writer : writers) writer.join();
    }

    [[nodiscard]] bool all_finished() const { return finished_ == static_cast<int>(devices.size()); }

    // Until the log has grown a little.
    void progress() {
        const std::int64_t from = entries();
        EXPECT_TRUE(eventually([&] { return all_finished() || entries() > from + 20; }, seconds(60)))
            << "nothing is written any more";
    }

    std::int64_t count(const std::string& sql) {
        std::int64_t counted = -1;
        // This connection too may have been cut off.
        eventually([&] {
            try {
                counted = world.database->read(
                    [&](storage::Connection& connection) { return connection.integer(sql).value_or(0); });
                return true;
            } catch (const std::exception&) {
                return false;
            }
        });
        return counted;
    }
    std::int64_t entries() { return count("SELECT count(*) FROM log_entry WHERE seq > 0"); }

    void expect_all_is_well() {
        for (const auto& device : devices)
            EXPECT_TRUE(eventually(
                [&] {
                    sync(*device, *nodes.front());
                    return device->engine->status().pending == 0;
                },
                seconds(60)));
        // Once more, for what came from those behind.
        std::int64_t notes = count("SELECT count(*) FROM note");
        for (const auto& device : devices) {
            const device::SyncResult result = sync(*device, *nodes.back(), true);
            ASSERT_EQ(result.end, device::SyncEnd::done) << result.message;
            ASSERT_TRUE(result.verified);
            EXPECT_TRUE(result.verified->comparable);
            EXPECT_TRUE(result.verified->diverged.empty());
            EXPECT_EQ(device->count(entity::note), static_cast<std::size_t>(notes));
            EXPECT_EQ(device->engine->status().rejected, 0U);
        }

        EXPECT_EQ(count("SELECT count(*) FROM note WHERE note LIKE 'storm %'"), written_offline);
        EXPECT_EQ(count("SELECT count(DISTINCT note) FROM note WHERE note LIKE 'storm %'"), written_offline);
        const std::int64_t by_rest = count("SELECT count(*) FROM note WHERE note LIKE 'rest %'");
        EXPECT_EQ(count("SELECT count(DISTINCT note) FROM note WHERE note LIKE 'rest %'"), by_rest);
        EXPECT_GE(by_rest, acknowledged);
        EXPECT_LE(by_rest, acknowledged + unanswered);
        EXPECT_EQ(count("SELECT count(*) FROM activity WHERE action = 'note_added'"), notes);

        EXPECT_EQ(count("SELECT max(seq) - count(*) FROM log_entry"), 0) << "seq has a gap";
        EXPECT_EQ(count("SELECT count(*) FROM log_entry a JOIN log_entry b ON b.business_id = a.business_id"
                        " AND b.seq = a.seq + 1 WHERE b.committed_at < a.committed_at"),
                  0)
            << "seq is not the order of commits";
        const Finished verified = Process::run({FIELDSYNC_SERVER, "verify", "--database", world.place.uri()});
        EXPECT_EQ(verified.exit_code, 0) << verified.err << verified.out;
        record();
    }

    Fleet fleet{Carried::websocket};
    World& world = fleet.world;
    std::vector<std::unique_ptr<Node>> nodes;
    std::vector<std::unique_ptr<TestDevice>> devices;
    std::string authorization, lead_notes;
    std::atomic<std::int64_t> written_offline = 0, acknowledged = 0, refused = 0, unanswered = 0;

  private:
    Uid fresh_uid(TestDevice& device) {
        SeededRandom random(static_cast<std::uint64_t>(++uids_));
        return sync::new_uid(device.clock, random);
    }
    static device::SyncResult sync(TestDevice& device, const Node& node, bool verify = false) {
        device::SyncCall call;
        call.server_url = node.url();
        call.verify = verify;
        return device::sync(*device.engine, call, device::Carrier::websocket);
    }
    void record() const {
        ::testing::Test::RecordProperty("rest_acknowledged", std::to_string(acknowledged));
        ::testing::Test::RecordProperty("rest_refused", std::to_string(refused));
        ::testing::Test::RecordProperty("rest_unanswered", std::to_string(unanswered));
    }

    std::atomic<int> finished_ = 0;
    std::atomic<std::int64_t> uids_ = 0;
    std::atomic<bool> stop_ = false;
};

TEST(NodeStorm, FiftyDevicesWriteWhileServersAreKilled) {
    Storm storm(3, 50);
    int kills = 0;
    storm.run(10, 3, [&] {
        Node& victim = storm.node_of(kills++);
        victim.kill();
        victim.start();
    });
    EXPECT_GE(kills, 6);
    storm.expect_all_is_well();
}

TEST(NodeStorm, PostgresqlIsRestartedUnderLoad) {
    const PostgresqlServer postgresql;
    ::setenv("FIELDSYNC_TEST_POSTGRESQL", postgresql.uri().c_str(), 1);
    Storm storm(2, 8);
    int restarts = 0;
    storm.run(10, 3, [&] {
        postgresql.restart();
        ++restarts;
    });
    EXPECT_GE(restarts, 2);
    EXPECT_GT(storm.acknowledged, 0);
    EXPECT_EQ(storm.unanswered, 0) << "a server did not answer";
    for (const auto& node : storm.nodes) EXPECT_TRUE(node->is_running());
    storm.expect_all_is_well();
}

}  // namespace
}  // namespace fieldsync::testing
