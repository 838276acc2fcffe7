// fieldsync-server: serve, and the commands of whoever runs it.
#include <pthread.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "app/commands.hpp"
#include "app/serve_options.hpp"

namespace {

using namespace fieldsync::server::app;

constexpr int kWrongUse = 2;

// SIGTERM and SIGINT are taken by this thread alone; blocked before any other thread starts.
sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

int serve(const CLI::App& command, const std::string& config_path, ServeOptions options) {
    read_config(command, config_path, options);
    spdlog::set_default_logger(spdlog::stderr_color_mt("fieldsync"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %l %v", spdlog::pattern_time_type::utc);
    spdlog::set_level(spdlog::level::from_str(options.log_level));

    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    Application application(options);
    const auto url = [](const std::string& address, std::uint16_t port) {
        return "http://" + address.substr(0, address.rfind(':')) + ":" + std::to_string(port);
    };
    const auto ports = application.start();
    const bool has_admin = options.admin_listen != "off";
    const std::uint16_t admin_port = has_admin ? application.start_admin() : std::uint16_t{0};
    for (std::size_t i = 0; i < ports.size(); ++i)
        std::cout << "listening on " << url(options.listen[i], ports[i]) << std::endl;
    if (has_admin) std::cout << "admin on " << url(options.admin_listen, admin_port) << std::endl;
    int received = 0;
    sigwait(&signals, &received);
    spdlog::info("stopping");
    application.stop();
    return 0;
}

std::string password_of(const std::string& given) {
    if (!given.empty()) return given;
    const char* value = std::getenv("FIELDSYNC_PASSWORD");
    return value == nullptr ? std::string() : std::string(value);
}

int run(int argc, char** argv) {
    CLI::App program("fieldsync-server: the sync server and its REST surfaces");
    program.require_subcommand(1);
    ServeOptions options;
    InstallationOptions& installation = options.installation;
    const auto add_command = [&](const char* name, const char* what) {
        CLI::App* command = program.add_subcommand(name, what);
        command->add_option("--data-dir", installation.data_dir, "where the data is kept")
            ->envname("FIELDSYNC_DATA_DIR");
        command
            ->add_option("--database", installation.database,
                         "sqlite:PATH or postgresql://…; by default SQLite in the data directory")
            ->envname("FIELDSYNC_DATABASE");
        return command;
    };

    std::string config_path, business, plan, email, name = "Super Admin", password, dialect = "sqlite";
    bool for_citus = false;
    int scale = 0;
    CLI::App* serving = add_command("serve", "serve devices and REST clients");
    add_serve_flags(*serving, options, config_path);
    CLI::App* seeding = add_command("seed-demo", "fill an empty database with demo data");
    seeding->add_option("--scale", scale, "so many times a thousand clients more")
        ->check(CLI::Range(0, 1'000));
    CLI::App* planning = add_command("set-plan", "put a business on a subscription plan");
    planning->add_option("--business", business, "its name")->required();
    planning->add_option("--plan", plan, "the plan's slug")->required();
    CLI::App* creating = add_command("create-super-admin", "make the first administrator of the platform");
    creating->add_option("--email", email)->required();
    creating->add_option("--name", name);
    creating->add_option("--password", password, "else FIELDSYNC_PASSWORD");
    CLI::App* verifying = add_command("verify", "check what the database promises");
    CLI::App* printing = program.add_subcommand("schema", "print the SQL of a new, empty database");
    printing->add_option("--dialect", dialect)
        ->check(CLI::IsMember({"sqlite", "postgresql"}))
        ->capture_default_str();
    printing->add_flag("--citus", for_citus, "and what distributes it over a Citus cluster's nodes");
    std::string from, to;
    CLI::App* moving = program.add_subcommand(
        "migrate-data", "move a whole installation from one database to another, empty one");
    moving->footer(
        "Stop every server of both databases first. What was killed goes on when it is run again, if nobody "
        "wrote\n"
        "to the source meanwhile. The source stays as it is: once the target is served, keep it from being "
        "served.");
    moving->add_option("--from", from, "sqlite:PATH or postgresql://…")->required();
    moving->add_option("--to", to, "the same, of an empty database")->required();
    try {
        program.parse(argc, argv);
        if (for_citus && dialect != "postgresql")
            throw CLI::ValidationError("--citus", "is for --dialect postgresql");
        if (moving->parsed() && from == to) throw CLI::ValidationError("--to", "is the source itself");
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? 0 : kWrongUse;
    }
    ::umask(0077);  // what is kept here is nobody else's to read

    if (printing->parsed()) return print_schema(dialect, for_citus);
    if (moving->parsed()) return migrate_data(from, to);
    if (serving->parsed()) return serve(*serving, config_path, options);
    if (seeding->parsed()) return seed_demo_data(installation, scale);
    installation.create = !planning->parsed() && !verifying->parsed();
    if (planning->parsed()) return set_plan(installation, business, plan);
    if (creating->parsed()) return create_super_admin(installation, email, name, password_of(password));
    return verify(installation);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "fieldsync-server: " << error.what() << "\n";
    }
    return 1;
}
