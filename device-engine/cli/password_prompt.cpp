#include "cli/password_prompt.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace fieldsync::cli {
namespace {

// Echo off while it lives.
class NoEcho {
  public:
    NoEcho() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!is_terminal_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~NoEcho() {
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;
    [[nodiscard]] bool is_terminal() const { return is_terminal_; }

  private:
    termios before_{};
    bool is_terminal_;
};

}  // namespace

std::optional<std::string> ask_password(const std::string& prompt) {
    const NoEcho silence;
    if (silence.is_terminal()) std::cerr << prompt << std::flush;
    std::string line;
    const bool has_line = static_cast<bool>(std::getline(std::cin, line));
    if (silence.is_terminal()) std::cerr << "\n";
    if (!has_line || line.empty()) return std::nullopt;
    return line;
}

}  // namespace fieldsync::cli
