#include "cli/progress_bar.hpp"

namespace fieldsync::cli {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr const char* kToLineStart = "\r";
constexpr const char* kEraseRest = "\x1b[K";

}  // namespace

ProgressBar::~ProgressBar() {
    if (!shown_.empty()) out_ << std::endl;
}

void ProgressBar::show(const device::SyncProgress& progress) {
    const bool knows_nothing = progress.records_applied == 0 && progress.records_left == 0;
    if (!is_on_ || knows_nothing) return;
    std::string text = bar_text(progress);
    if (text == shown_) return;
    shown_ = std::move(text);
    out_ << kToLineStart << shown_ << kEraseRest << std::flush;
}

std::string bar_text(const device::SyncProgress& progress) {
    const std::uint64_t all = progress.records_applied + progress.records_left;
    const std::uint64_t percent = all == 0 ? 0 : progress.records_applied * 100 / all;
    const std::size_t filled = static_cast<std::size_t>(percent) * kBarWidth / 100;
    const std::string number = std::to_string(percent);
    return "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "] " +
           std::string(3 - number.size(), ' ') + number + " %  " + std::to_string(progress.records_applied) +
           " applied, " + std::to_string(progress.records_left) + " left";
}

}  // namespace fieldsync::cli
