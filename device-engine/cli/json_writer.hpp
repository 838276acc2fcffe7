// Writes JSON as it comes, two spaces a level. Numbers are written as given: Boost.JSON 1.81 would turn
// 4500000.00 into 4.5E6.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace fieldsync::cli {

// A string as JSON, quotes and escapes included.
std::string quoted(std::string_view text);

class JsonWriter {
  public:
    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& null() { return put("null"); }
    JsonWriter& value(std::string_view text) { return put(quoted(text)); }
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(std::same_as<bool> auto flag) { return put(flag ? "true" : "false"); }
    template <std::integral T>
    requires(!std::same_as<T, bool>) JsonWriter& value(T number) { return put(std::to_string(number)); }
    // Digits, as they are to be read.
    JsonWriter& number(std::string_view digits) { return put(digits); }

    JsonWriter& field(std::string_view name, const auto& content) { return key(name).value(content); }

    // What was written, with a line's end.
    [[nodiscard]] std::string take();

  private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    JsonWriter& put(std::string_view text);
    void separate();
    void break_line();

    std::string out_;
    std::size_t depth_ = 0;
    bool is_first_ = true;  // of what stands in the open bracket
    bool after_key_ = false;
};

}  // namespace fieldsync::cli
