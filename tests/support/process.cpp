#include "support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace fieldsync::testing {
namespace {

std::string temporary_file() {
    std::string path = (std::filesystem::temp_directory_path() / "fieldsync-out-XXXXXX").string();
    const int file = ::mkstemp(path.data());
    if (file < 0) throw std::runtime_error("cannot make a temporary file");
    ::close(file);
    return path;
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void redirect(const char* path, int to, int flags) {
    const int file = ::open(path, flags);
    if (file < 0 || ::dup2(file, to) < 0) ::_exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const Environment& environment)
    : out_path_(temporary_file()), err_path_(temporary_file()) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("cannot start a process");
    ::setpgid(pid_ > 0 ? pid_ : 0, 0);  // a group of its own, so that a signal reaches its children too
    if (pid_ > 0) return;
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    redirect("/dev/null", STDIN_FILENO, O_RDONLY);
    redirect(out_path_.c_str(), STDOUT_FILENO, O_WRONLY | O_APPEND);
    redirect(err_path_.c_str(), STDERR_FILENO, O_WRONLY | O_APPEND);
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

Process::~Process() {
    if (is_running()) {
        signal(SIGKILL);
        ::waitpid(pid_, &status_, 0);
    }
    std::error_code ignored;
    std::filesystem::remove(out_path_, ignored);
    std::filesystem::remove(err_path_, ignored);
}

void Process::signal(int number) const {
    if (!ended_) ::kill(-pid_, number);
}

bool Process::is_running() {
    if (!ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
    return !ended_;
}

std::string Process::out() const {
    return contents(out_path_);
}
std::string Process::err() const {
    return contents(err_path_);
}

bool eventually(const std::function<bool()>& condition, std::chrono::seconds deadline) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

bool Process::poll_until(const std::function<bool()>& condition, std::chrono::seconds deadline) {
    bool held = false;
    eventually(
        [&] {
            const bool was_running = is_running();
            held = condition();
            return held || !was_running;
        },
        deadline);
    return held;
}

bool Process::wait_for_out(const std::string& text, std::chrono::seconds deadline) {
    return poll_until([&] { return out().find(text) != std::string::npos; }, deadline);
}

bool Process::wait_for_err(const std::string& text, std::chrono::seconds deadline) {
    return poll_until([&] { return err().find(text) != std::string::npos; }, deadline);
}

Finished Process::wait(std::chrono::seconds deadline) {
    if (!eventually([&] { return !is_running(); }, deadline)) {
        signal(SIGKILL);
        ::waitpid(pid_, &status_, 0);
        ended_ = true;
    }
    Finished finished;
    finished.out = out();
    finished.err = err();
    if (WIFEXITED(status_)) finished.exit_code = WEXITSTATUS(status_);
    if (WIFSIGNALED(status_)) finished.signal = WTERMSIG(status_);
    return finished;
}

Finished Process::run(const std::vector<std::string>& arguments, const Environment& environment) {
    return Process(arguments, environment).wait();
}

}  // namespace fieldsync::testing
