// How far a migration came. On a terminal a line redrawn: [###############...............]  50 %  copying lead
// Elsewhere a line for each table as its turn comes.
#pragma once

#include <ostream>
#include <string>

#include "migration/migration.hpp"

namespace fieldsync::server::app {

class ProgressBar final : public migration::Progress {
  public:
    ProgressBar(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
    // Leaves the last line standing.
    ~ProgressBar() override;
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void at(std::string_view what, std::string_view table, std::int64_t rows, std::int64_t rows_all) override;

  private:
    std::ostream& out_;
    const bool is_terminal_;
    std::string shown_;
};

}  // namespace fieldsync::server::app
