// How long to wait before the next try: twice as long each time up to a bound, and jittered, so that the
// devices of a server that was away do not all come back at the same moment.
#pragma once

#include <algorithm>
#include <chrono>

#include "fieldsync/sync/environment.hpp"

namespace fieldsync::cli {

class Backoff {
  public:
    // `random` outlives it.
    Backoff(sync::Random& random, std::chrono::milliseconds first, std::chrono::milliseconds most)
        : random_(random), first_(std::min(first, most)), most_(most), next_(first_) {}

    // Between half and the whole of the present step.
    std::chrono::milliseconds next();
    void reset() { next_ = first_; }  // after a success

    // Up to a fourth more.
    std::chrono::milliseconds jittered(std::chrono::milliseconds time);

  private:
    std::chrono::milliseconds random_up_to(std::chrono::milliseconds most);

    sync::Random& random_;
    std::chrono::milliseconds first_, most_, next_;
};

}  // namespace fieldsync::cli
