// A progress bar on a terminal, one line redrawn: [##########..........]  50 %  1200 applied, 1200 left
#pragma once

#include <ostream>
#include <string>

#include "fieldsync/device/transport.hpp"

namespace fieldsync::cli {

class ProgressBar {
  public:
    ProgressBar(std::ostream& out, bool is_on) : out_(out), is_on_(is_on) {}
    // Leaves the last line standing.
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void show(const device::SyncProgress& progress);

  private:
    std::ostream& out_;
    bool is_on_;
    std::string shown_;
};

std::string bar_text(const device::SyncProgress& progress);

}  // namespace fieldsync::cli
