// fieldsync-bench: measures, and prints a table (README.md says how to read it).
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <iostream>
#include <optional>
#include <regex>

#include "figures/figures.hpp"
#include "promises.hpp"
#include "report.hpp"
#include "roles.hpp"
#include "support/fakes.hpp"

namespace {

using namespace fieldsync::bench;

constexpr std::array kGroups{machine, device_writes, device_reads, write_path,   codec, merges,
                             pushes,  bootstraps,    storages,     live_changes, rest,  memory};

bool check_promises(std::ostream& out) {
    bool all_kept = true;
    for (const Promise& promise : promises()) {
        if (!promise.is_kept) out << "NOT KEPT: " << promise.what << std::endl;
        all_kept = all_kept && promise.is_kept;
    }
    return all_kept;
}

int run(const std::string& filter, bool as_json) {
    if (!check_promises(std::cerr)) return 1;

    const std::regex wanted(filter, std::regex::icase);
    std::vector<Row> rows;
    std::ostream& table = as_json ? std::cerr : std::cout;
    print_header(table);
    const auto is_wanted = [&](const Figure& figure) { return std::regex_search(figure.name, wanted); };
    for (const auto& make : kGroups) {
        Group group = make();
        if (!group.left_out.empty()) {
            const auto count = std::count_if(group.figures.begin(), group.figures.end(), is_wanted);
            if (count > 0) table << "left out: " << count << " rows, " << group.left_out << std::endl;
            continue;
        }
        measure(std::move(group), is_wanted, [&](const Row& row) {
            print_row(table, row);
            rows.push_back(row);
        });
    }
    if (as_json) print_json(std::cout, rows);
    return 0;
}

int run_program(int argc, char** argv) {
    CLI::App program("fieldsync-bench: every figure beside its baseline");
    std::string filter;
    bool as_json = false;
    program.add_option("filter", filter, "only figures whose name this regular expression finds");
    program.add_flag("--json", as_json, "the rows as JSON on the output, the table beside it");
    std::vector<std::string> role;
    program.add_option("--role", role, "how the program starts itself (roles.hpp)")->group("");
    CLI11_PARSE(program, argc, argv);

    std::array<std::string, 2> options{"fieldsync-bench", "--benchmark_enable_random_interleaving=true"};
    std::array<char*, 3> arguments{options[0].data(), options[1].data(), nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments.data());
    // What is measured writes its access log as the program does, to a file instead of a terminal. A role is
    // killed when it is not needed any more: it leaves none behind.
    std::optional<fieldsync::testing::TempDir> directory;
    if (role.empty()) directory.emplace();
    const std::string log = directory ? (directory->path() / "access.log").string() : "/dev/null";
    spdlog::set_default_logger(spdlog::basic_logger_mt("fieldsync", log));
    std::signal(SIGPIPE, SIG_IGN);
    return role.empty() ? run(filter, as_json) : run_role(role);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_program(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "fieldsync-bench: " << failure.what() << "\n";
    }
    return 1;
}
