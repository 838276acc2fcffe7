// The built `fieldsync` program, run as a process of its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "support/fakes.hpp"

namespace fieldsync::testing {

struct Ended {
    int exit = -1;  // 128 and the signal's number where one ended it
    std::string out, err;
};

// One process. Its environment has no FIELDSYNC_ variables but those given ("NAME=value").
class Program {
  public:
    explicit Program(std::vector<std::string> arguments, std::vector<std::string> environment = {});
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // Whether this stands on its stdout before the time is over.
    bool says(const std::string& text, std::chrono::seconds time = std::chrono::seconds(20));
    void signal(int number) const;
    Ended wait();

  private:
    TempDir directory_;
    int process_ = 0;
};

Ended run_program(std::vector<std::string> arguments, std::vector<std::string> environment = {});

}  // namespace fieldsync::testing
