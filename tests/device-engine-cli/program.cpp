#include "program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>

#include "canned_server.hpp"

namespace fieldsync::testing {
namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

}  // namespace

Program::Program(std::vector<std::string> arguments, std::vector<std::string> environment) {
    arguments.insert(arguments.begin(), "fieldsync");
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (!std::string_view(*variable).starts_with("FIELDSYNC_")) environment.emplace_back(*variable);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    constexpr int kNew = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, (directory_.path() / "out").c_str(), kNew, 0600);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, (directory_.path() / "err").c_str(), kNew, 0600);
    const int failed = posix_spawn(&process_, FIELDSYNC_PROGRAM, &files, nullptr, pointers(arguments).data(),
                                   pointers(environment).data());
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) throw std::system_error(failed, std::generic_category(), FIELDSYNC_PROGRAM);
}

Program::~Program() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    wait();
}

bool Program::says(const std::string& text, std::chrono::seconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (content(directory_.path() / "out").find(text) == std::string::npos) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    const std::lock_guard answered(CannedServer::answering());
    return true;
}

void Program::signal(int number) const {
    ::kill(process_, number);
}

Ended Program::wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = 0;
    const std::lock_guard answered(CannedServer::answering());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            content(directory_.path() / "out"), content(directory_.path() / "err")};
}

Ended run_program(std::vector<std::string> arguments, std::vector<std::string> environment) {
    return Program(std::move(arguments), std::move(environment)).wait();
}

}  // namespace fieldsync::testing
