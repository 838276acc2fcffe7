// Stands between our programs and the tests' PostgreSQL server, and fails as networks do.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fieldsync::testing {

class PostgresqlProxy {
  public:
    // `uri`: of a server that listens at a socket in a directory, as tests/support/postgresql.sh prints it.
    explicit PostgresqlProxy(const std::string& uri);
    ~PostgresqlProxy();
    PostgresqlProxy(const PostgresqlProxy&) = delete;
    PostgresqlProxy& operator=(const PostgresqlProxy&) = delete;

    // Of the server as it is seen through this.
    [[nodiscard]] const std::string& uri() const { return uri_; }
    [[nodiscard]] std::size_t accepted() const { return accepted_; }

    // The connection of which a writer's next COMMIT comes: cut instead of passing it on, or instead of passing on the answer;
    // or passed on only when another connection has asked what became of it.
    enum class Cut : std::uint8_t { nothing, commit, answer, late };
    void cut_at_commit(Cut cut) { cut_ = cut; }
    // After that cut, silence().
    void cut_at_commit_for_good() {
        is_silent_after_ = true;
        cut_ = Cut::answer;
    }

    // Passes nothing on any more; connections are accepted and get no answer.
    void silence() { is_silent_ = true; }
    // Those that were silenced are closed, new ones work.
    void speak();
    // Closes all there are.
    void hang_up();

  private:
    struct Pair {
        int client = -1, server = -1;
        bool is_writer = false;
    };

    void run();
    void accept();
    bool pass_on(Pair& pair, bool from_client);
    [[nodiscard]] int connect() const;
    void wake() const;

    std::string socket_path_, uri_;
    int listener_ = -1, wake_ = -1;
    std::atomic<std::size_t> accepted_ = 0;
    std::atomic<Cut> cut_ = Cut::nothing;
    std::atomic<bool> is_silent_ = false, is_silent_after_ = false, is_stopping_ = false;
    std::mutex mutex_;
    std::vector<Pair> pairs_;
    int late_server_ = -1;  // and what it is to get
    std::string late_commit_;
    std::thread thread_;
};

}  // namespace fieldsync::testing
