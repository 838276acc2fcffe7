// A program of ours, run as its users run it. Ends with the object: what is still running is killed and
// waited for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fieldsync::testing {

struct Finished {
    int exit_code = -1;  // -1: ended by a signal
    int signal = 0;
    std::string out, err;
};

class Process {
  public:
    using Environment = std::map<std::string, std::string>;

    // `arguments`: the program's path first. Output goes to files and is read from there.
    explicit Process(const std::vector<std::string>& arguments, const Environment& environment = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] pid_t number() const { return pid_; }
    // To it and its children.
    void signal(int number) const;
    [[nodiscard]] bool is_running();
    // What it said until now.
    [[nodiscard]] std::string out() const;
    [[nodiscard]] std::string err() const;
    // Until its output holds the text, or it ended; false after the deadline or when it ended without.
    bool wait_for_out(const std::string& text, std::chrono::seconds deadline = std::chrono::seconds(20));
    bool wait_for_err(const std::string& text, std::chrono::seconds deadline = std::chrono::seconds(20));
    // Waits for its end; killed after the deadline.
    Finished wait(std::chrono::seconds deadline = std::chrono::seconds(60));

    static Finished run(const std::vector<std::string>& arguments, const Environment& environment = {});

  private:
    bool poll_until(const std::function<bool()>& condition, std::chrono::seconds deadline);

    pid_t pid_ = -1;
    bool ended_ = false;
    int status_ = 0;
    std::string out_path_, err_path_;
};

// Asks again and again until it holds; false after the deadline.
bool eventually(const std::function<bool()>& condition,
                std::chrono::seconds deadline = std::chrono::seconds(20));

}  // namespace fieldsync::testing
