#include "cli/json_writer.hpp"

#include <boost/json/serialize.hpp>
#include <utility>

namespace fieldsync::cli {

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string_view(text));
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    out_ += quoted(name);
    out_ += ": ";
    after_key_ = true;
    return *this;
}

std::string JsonWriter::take() {
    out_ += '\n';
    return std::exchange(out_, {});
}

JsonWriter& JsonWriter::open(char bracket) {
    put({&bracket, 1});
    ++depth_;
    is_first_ = true;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    --depth_;
    if (!is_first_) break_line();
    out_ += bracket;
    is_first_ = false;
    return *this;
}

JsonWriter& JsonWriter::put(std::string_view text) {
    if (!std::exchange(after_key_, false)) separate();
    out_ += text;
    return *this;
}

void JsonWriter::separate() {
    if (!std::exchange(is_first_, false)) out_ += ',';
    if (depth_ != 0) break_line();
}

void JsonWriter::break_line() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
}

}  // namespace fieldsync::cli
