#include "program/installation.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "storage/open_database.hpp"

namespace fieldsync::testing {

Installation::Installation(int scale) {
    const Finished seeded = Process::run(
        {FIELDSYNC_SERVER, "seed-demo", "--data-dir", data_dir(), "--scale", std::to_string(scale)});
    if (seeded.exit_code != 0) throw std::runtime_error("seed-demo: " + seeded.err);
}

void Installation::start(const Process::Environment& environment) {
    server_ = std::make_unique<Process>(
        std::vector<std::string>{FIELDSYNC_SERVER, "serve", "--data-dir", data_dir(), "--database", database_,
                                 "--listen", "127.0.0.1:" + port_, "--log-level", "warn"},
        environment);
    ASSERT_TRUE(server_->wait_for_out("admin on http://127.0.0.1:")) << server_->err();
    ASSERT_TRUE(server_->wait_for_out("\n")) << server_->err();
    std::istringstream said(server_->out());
    std::string line;
    std::getline(said, line);
    ASSERT_TRUE(line.starts_with("listening on http://127.0.0.1:")) << line;
    port_ = line.substr(line.rfind(':') + 1);
    std::getline(said, line);
    admin_url_ = line.substr(line.find("http"));
}

Finished Installation::stop() {
    server_->signal(SIGTERM);
    Finished finished = server_->wait();
    server_.reset();
    return finished;
}

std::vector<std::string> Installation::command(const std::string& store,
                                               std::vector<std::string> arguments) const {
    std::vector<std::string> all{FIELDSYNC_CLI, "--store", store_path(store).string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
}

Finished Installation::cli(const std::string& store, std::vector<std::string> arguments,
                           const Process::Environment& environment) {
    return Process::run(command(store, std::move(arguments)), environment);
}

boost::json::value Installation::json(const std::string& store, std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const Finished finished = cli(store, std::move(arguments));
    EXPECT_EQ(finished.exit_code, 0) << finished.err << finished.out;
    boost::system::error_code error;
    auto value = boost::json::parse(finished.out, error);
    EXPECT_FALSE(error) << finished.out;
    return value;
}

void Installation::login(const std::string& store, const std::string& email) {
    const Finished finished =
        cli(store, {"login", "--server", url(), "--email", email, "--password", "Test@1234"});
    ASSERT_EQ(finished.exit_code, 0) << finished.err;
}

std::string Installation::first_uid(const std::string& store, const std::string& entity) {
    const auto list = json(store, {"list", entity, "--limit", "1"});
    return list.as_array().empty() ? std::string() : std::string(list.as_array().at(0).at("uid").as_string());
}

std::string Installation::problems() {
    const Finished finished = Process::run({FIELDSYNC_SERVER, "verify", "--database", database_});
    return finished.exit_code == 0 ? std::string() : finished.err + finished.out;
}

std::int64_t Installation::count(const std::string& sql) {
    const auto database =
        server::storage::open_database(database_, {.format_version = 1'000, .create = false});
    return database->read(
        [&](server::storage::Connection& connection) { return connection.integer(sql).value_or(0); });
}

}  // namespace fieldsync::testing
