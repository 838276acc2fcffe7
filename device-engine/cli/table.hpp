// A table for people: columns aligned by UTF-8 characters, two spaces between them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fieldsync::cli {

class Table {
  public:
    Table() = default;  // without headings
    explicit Table(std::vector<std::string> headings);

    // Control characters become spaces: what others wrote shall not steer this terminal.
    void add(std::vector<std::string> cells);
    // `width`: lines are cut to so many characters. Lines end in a line break.
    [[nodiscard]] std::string print(std::optional<std::size_t> width) const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

// UTF-8 characters; bytes where it is no UTF-8.
std::size_t width_of(std::string_view text);
// At most `width` characters, the last one an ellipsis where something was cut off.
std::string cut(std::string_view text, std::size_t width);

}  // namespace fieldsync::cli
