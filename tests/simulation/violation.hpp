// Violation: what must hold does not. Ends the run.
#pragma once

#include <stdexcept>
#include <string>

namespace fieldsync::simulation {

class Violation : public std::runtime_error {
  public:
    // `check`: its name, the same for every seed that finds it; `what`: for people.
    Violation(std::string check, const std::string& what)
        : std::runtime_error(what), check_(std::move(check)) {}
    [[nodiscard]] const std::string& check() const { return check_; }

  private:
    std::string check_;
};

}  // namespace fieldsync::simulation
