#include "app/progress_bar.hpp"

namespace fieldsync::server::app {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr const char* kToLineStart = "\r";
constexpr const char* kEraseRest = "\x1b[K";

}  // namespace

ProgressBar::~ProgressBar() {
    if (is_terminal_ && !shown_.empty()) out_ << std::endl;
}

void ProgressBar::at(std::string_view what, std::string_view table, std::int64_t rows,
                     std::int64_t rows_all) {
    std::string text = std::string(what) + " " + std::string(table);
    if (is_terminal_) {
        const std::int64_t percent = rows >= rows_all ? 100 : rows * 100 / rows_all;
        const std::size_t filled = static_cast<std::size_t>(percent) * kBarWidth / 100;
        const std::string number = std::to_string(percent);
        text = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] " +
               std::string(3 - number.size(), ' ') + number + " %  " + text;
    }
    if (text == shown_) return;
    shown_ = std::move(text);
    if (is_terminal_)
        out_ << kToLineStart << shown_ << kEraseRest << std::flush;
    else
        out_ << shown_ << std::endl;
}

}  // namespace fieldsync::server::app
