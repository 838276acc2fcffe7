// TextSearch: one text, looked for in many; ASCII letters in either case. Sixteen places at a time, by the
// first and the last byte of what is wanted (Wojciech Muła, "SIMD-friendly algorithms for substring
// searching", the generic one).
#pragma once

#include <string>
#include <string_view>

namespace fieldsync::device {

class TextSearch {
  public:
    explicit TextSearch(std::string_view wanted);

    [[nodiscard]] bool is_in(std::string_view text) const;

  private:
    // Whether one of the sixteen places from here on has it.
    [[nodiscard]] bool is_in_block(const char* places) const;
    [[nodiscard]] bool is_at(const char* place) const;

    std::string wanted_;  // in small letters
};

}  // namespace fieldsync::device
