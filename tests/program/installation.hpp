// The real programs on a directory of their own: a server with demo data, and stores that sync with it.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

#include "support/fakes.hpp"
#include "support/process.hpp"

namespace fieldsync::testing {

class Installation {
  public:
    explicit Installation(int scale = 0);

    // Starts the server and waits until it serves; on the same port after the first time.
    void start(const Process::Environment& environment = {});
    // SIGTERM, and its exit code.
    Finished stop();
    Process& server() { return *server_; }
    void forget_server() { server_.reset(); }

    // Another database, which holds the same: from now on it is served and looked at.
    void move_to(const std::string& database) { database_ = database; }

    // The CLI on a person's store.
    [[nodiscard]] std::vector<std::string> command(const std::string& store,
                                                   std::vector<std::string> arguments) const;
    Finished cli(const std::string& store, std::vector<std::string> arguments,
                 const Process::Environment& environment = {});
    // Its JSON; the test fails when it does not succeed.
    boost::json::value json(const std::string& store, std::vector<std::string> arguments);
    void login(const std::string& store, const std::string& email);
    // Of the command's list: the first one's uid.
    std::string first_uid(const std::string& store, const std::string& entity);

    // fieldsync-server verify: empty when all is well.
    std::string problems();
    // What the database has, counted by SQL.
    std::int64_t count(const std::string& sql);
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port_; }
    [[nodiscard]] const std::string& admin_url() const { return admin_url_; }
    [[nodiscard]] std::string data_dir() const { return (dir_.path() / "data").string(); }
    [[nodiscard]] std::filesystem::path store_path(const std::string& store) const {
        return dir_.path() / store;
    }

  private:
    TempDir dir_;
    std::string database_ = "sqlite:" + data_dir() + "/fieldsync.db";
    std::string port_ = "0", admin_url_;
    std::unique_ptr<Process> server_;
};

}  // namespace fieldsync::testing
